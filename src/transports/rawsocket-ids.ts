import type { Serializer } from '../serializers/serializer.js';

/** The numbers that serializers of a user's own have in the handshake of RawSockets. */
export function rawSocketIds(serializers: readonly Serializer[]): Readonly<Record<string, number>> {
  const ids: Record<string, number> = {};
  for (const { subprotocol, rawSocketId } of serializers) if (rawSocketId !== undefined) ids[subprotocol] = rawSocketId;
  return ids;
}
