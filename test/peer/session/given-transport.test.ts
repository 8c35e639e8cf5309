import { ConnectError } from '../../../src/errors.js';
import { openTransport } from '../../../src/peer/session/given-transport.js';
import { ScriptedTransport } from '../../actors/scripted.js';
import { failure } from '../../support/house.js';

const never = () => new AbortController().signal;
const opening = (open: () => unknown) =>
  openTransport({ address: 'pipe:1', open: async () => open() as never }, ['wamp.2.json'], never());

describe('openTransport', () => {
  it('gives what the connector opened', async () => {
    const transport = new ScriptedTransport();
    expect(await opening(() => transport)).toBe(transport);
  });

  it.each([
    [undefined, 'gave no transport, but undefined'],
    ['ws', 'gave no transport, but "ws"'],
    [{ send() {}, close() {} }, 'gave a transport that has no method listen, destroy'],
    [
      { listen() {}, send() {}, close() {}, destroy() {} },
      'gave a transport whose address is undefined, expected a string',
    ],
  ])('refuses %j: %s', async (given, said) => {
    const error = await failure(opening(() => given));
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({ address: 'pipe:1', transient: false });
    expect(error.message).toContain(`the connector of pipe:1 ${said}`);
  });

  it('destroys a transport whose subprotocol was not offered', async () => {
    const transport = Object.assign(new ScriptedTransport(), { subprotocol: 'wamp.2.cbor' });
    expect((await failure(opening(() => transport))).message).toContain(
      'for "wamp.2.cbor", expected one of wamp.2.json',
    );
    expect(transport.state).toBe('destroyed');
  });

  it('rejects with what the connector throws, if that is an Error', async () => {
    const why = new TypeError('a defect');
    const throwing = () => {
      throw why;
    };
    expect(await failure(opening(throwing))).toBe(why);
  });
});
