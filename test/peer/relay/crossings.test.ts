import { Wire } from '../../../actors/wire.js';
import { STRAIGHT } from '../../../src/peer/relay/crossings.js';
import { plainJson, ScriptedTransport } from '../../actors/scripted.js';

describe('nothing between a peer and its wires', () => {
  it('is a wire as it is, and no news to anybody', () => {
    expect(STRAIGHT.wire(new ScriptedTransport(), plainJson).constructor).toBe(Wire);
    expect(STRAIGHT.features).toEqual({});
    for (const told of [STRAIGHT.established, STRAIGHT.joined, STRAIGHT.end])
      expect(told(undefined as never)).toBeUndefined();
  });
});
