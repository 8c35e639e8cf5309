import { SimulatedClock } from 'xstate';
import { SerializationError } from '../../src/errors.js';
import { NO_PASSTHRU } from '../../src/roles/no-passthru.js';
import type { Timers } from '../../src/roles/roles-host.js';
import { SessionRoles } from '../../src/roles/session-roles.js';
import { fromList, toList } from '../../src/wamp/codec.js';
import type { Message } from '../../src/wamp/message.js';
import type { List } from '../../src/wamp/values.js';

/** What user code did wrong, as the roles told of it. */
export interface Failure {
  readonly what: string;
  readonly uri: string;
  readonly error: unknown;
}

/** The roles of one session whose other end is the test: lists go in, as they would come from a router; lists come out. */
export function recorded(timers: Timers = new SimulatedClock()) {
  const sent: List[] = [];
  const failures: Failure[] = [];
  const unopened: [what: string, uri: string, error: Error][] = [];
  const roles = new SessionRoles(
    {
      timers,
      send(message) {
        const list = toList(message);
        refuseUnsendable(list, '');
        sent.push(JSON.parse(JSON.stringify(list)) as List);
      },
      failed: (what, uri, error) => failures.push({ what, uri, error }),
      unopened: (...told) => unopened.push(told),
    },
    NO_PASSTHRU,
  );
  return {
    roles,
    sent,
    failures,
    unopened,
    receive(...lists: List[]): void {
      for (const list of lists) {
        const message = fromList(list);
        (roles.table[message.type] as (message: Message) => void)(message);
      }
    },
  };
}

/** As a serializer does: bigints, functions and strings beyond a limit cannot be sent. */
function refuseUnsendable(value: unknown, path: string): void {
  if (typeof value === 'bigint' || typeof value === 'function') {
    throw new SerializationError(path, `expected data, received a ${typeof value}`);
  }
  if (typeof value === 'string' && value.length > 100_000) throw new SerializationError(path, 'it is too long');
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) refuseUnsendable(inner, `${path}[${key}]`);
}

type Then = (yes: (value: unknown) => void, no: (why: unknown) => void) => void;

/** A promise of another library. */
export function thenable(then: Then): object {
  return { then };
}
