/** What a user lives through with the embedded router, linked and over WebSocket, in each of its serializers. */
import { cbor } from '../../src/serializers/cbor.js';
import { json } from '../../src/serializers/json.js';
import { msgpack } from '../../src/serializers/msgpack.js';
import { LINKED, speaking, WEBSOCKET } from '../support/worlds.js';
import { scenarios } from './suite.js';

const worlds = [LINKED, WEBSOCKET].flatMap((world) =>
  [json(), msgpack(), cbor()].map((serializer) => speaking(world, serializer)),
);

describe.each(worlds)('$name', scenarios);
