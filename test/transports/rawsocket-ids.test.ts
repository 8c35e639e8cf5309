import { json } from '../../src/serializers/json.js';
import { rawSocketIds } from '../../src/transports/rawsocket-ids.js';

describe('rawSocketIds', () => {
  it('are those that serializers name, by subprotocol', () => {
    const own = { ...json(), subprotocol: 'wamp.2.json-signed', rawSocketId: 12 };
    expect(rawSocketIds([json(), own])).toEqual({ 'wamp.2.json-signed': 12 });
  });
});
