import { ApplicationError } from '../errors.js';
import { MESSAGES, type MessageType } from '../wamp/message.js';
import type { Dict, Id, Uri } from '../wamp/values.js';
import type { RouterPeer } from './router-peer.js';

/** Shared by all messages that say nothing in their details: no dictionary is built for each. */
export const NOTHING: Dict = Object.freeze({});

/**
 * Answers a request with the ERROR that its handler threw. Whatever else a handler throws goes on its way:
 * a ProtocolError ends the session.
 */
export function refuse(peer: RouterPeer, type: MessageType, request: Id, error: unknown): void {
  if (!(error instanceof ApplicationError)) throw error;
  sendError(peer, type, request, error.uri, error.args);
}

/** Sends an ERROR of the router's own making. */
export function sendError(
  peer: RouterPeer,
  type: MessageType,
  request: Id,
  error: Uri,
  args: readonly unknown[] = [],
): void {
  peer.send({ type: 'ERROR', requestType: MESSAGES[type].code, request, details: NOTHING, error, args });
}
