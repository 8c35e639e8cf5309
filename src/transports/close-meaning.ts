import type { ConnectionLost } from '../errors.js';
import { type Ending, lost } from './ending.js';

/** @see RFC 6455, "Defined Status Codes", and the IANA registry of close codes */
const MEANING: Readonly<Record<number, string>> = {
  1000: 'normal closure',
  1001: 'going away',
  1002: 'protocol error',
  1003: 'unsupported data',
  1005: 'a close frame without a code',
  1006: 'no close frame',
  1007: 'invalid data',
  1008: 'policy violation',
  1009: 'message too big',
  1011: 'internal error',
  1012: 'service restart',
  1013: 'try again later',
};

/** As `lost`, with what the close code means where nobody has said more. */
export function connectionLost(connection: string, ending: Ending): ConnectionLost {
  return lost(connection, ending, (code) => MEANING[code]);
}
