/** What a user lives through with the embedded router, whatever is between, in each of its serializers. */
import { cbor } from '../../src/serializers/cbor.js';
import { json } from '../../src/serializers/json.js';
import { msgpack } from '../../src/serializers/msgpack.js';
import { LINKED, RAWSOCKET, speaking, UNIX_SOCKET, WEBSOCKET } from '../support/worlds.js';
import { scenarios } from './suite.js';

const worlds = [LINKED, WEBSOCKET, RAWSOCKET, UNIX_SOCKET].flatMap((world) =>
  [json(), msgpack(), cbor()].map((serializer) => speaking(world, serializer)),
);

describe.each(worlds)('$name', (world) => scenarios(world));
