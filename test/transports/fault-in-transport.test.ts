import { faultInTransport } from '../../src/transports/fault-in-transport.js';
import { ScriptedTransport } from '../actors/scripted.js';

describe('faultInTransport', () => {
  it('is none in a transport', () => {
    expect(faultInTransport(new ScriptedTransport())).toBeUndefined();
  });

  it.each([
    [null, 'gave no transport, but null'],
    [{ send() {} }, 'gave a transport that has no method listen, close, destroy'],
    [
      { listen() {}, send() {}, close() {}, destroy() {}, address: 7 },
      'gave a transport whose address is 7, expected a string',
    ],
  ])('of %j is that it %s', (given, said) => {
    expect(faultInTransport(given)).toBe(said);
  });
});
