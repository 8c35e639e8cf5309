import { UsageError } from '../../src/errors.js';
import { tunnel } from '../../src/passthru/tunnel.js';
import { Sealing } from '../../src/peer/sealing.js';
import type { PayloadScheme } from '../../src/wamp/payload-scheme.js';

const scheme = (name: string, authenticates?: boolean): PayloadScheme => ({
  scheme: name,
  ...(authenticates === undefined ? {} : { authenticates }),
  seal: () => ({ octets: new Uint8Array(0) }),
  open: () => ({ args: [], kwargs: {} }),
});

const wamp = scheme('wamp', true);
const mqtt = tunnel('mqtt');

describe('Sealing', () => {
  it('seals by the first scheme, what is named, or not at all', () => {
    const sealing = new Sealing([mqtt, wamp]);
    expect(sealing.by('call', 'com.p', undefined)).toBe(mqtt);
    expect(sealing.by('call', 'com.p', 'wamp')).toBe(wamp);
    expect(sealing.by('call', 'com.p', wamp)).toBe(wamp);
    expect(sealing.by('call', 'com.p', false)).toBeUndefined();
    expect(new Sealing(wamp).by('call', 'com.p', undefined)).toBe(wamp);
    expect(new Sealing().by('call', 'com.p', undefined)).toBeUndefined();
  });

  it('leaves what is for the router plain, unless it is told to', () => {
    const sealing = new Sealing(wamp);
    expect(sealing.by('call', 'wamp.session.count', undefined)).toBeUndefined();
    expect(sealing.by('call', 'wamp.session.count', 'wamp')).toBe(wamp);
  });

  it('demands what tells who has made it, where there is such; else any scheme, or the one that is named', () => {
    expect(new Sealing([mqtt, wamp]).demanded('it', 'required')).toEqual([wamp]);
    expect(new Sealing([mqtt]).demanded('it', 'required')).toEqual([mqtt]);
    expect(new Sealing([mqtt, wamp]).demanded('it', 'mqtt')).toEqual([mqtt]);
    expect(new Sealing([mqtt, wamp]).demanded('it', undefined)).toBeUndefined();
  });

  it.each([
    [
      'what is no scheme',
      () => new Sealing({} as never),
      'passthru: expected a payload scheme, such as e2ee(…) or tunnel(…)',
    ],
    ['a function that makes one', () => new Sealing([tunnel as never]), 'received a function'],
    [
      'a name that is not the standard’s',
      () => new Sealing([scheme('own')]),
      'or one that begins with "x_", received "own"',
    ],
    ['two of one name', () => new Sealing([wamp, scheme('wamp')]), 'there are two schemes "wamp"'],
    [
      'a scheme that the peer has not',
      () => new Sealing([mqtt]).by('call of com.p', 'com.p', 'wamp'),
      'call of com.p: expected passthru to be a scheme of the peer’s (option passthru; it has mqtt), received "wamp"'.replace(
        '’',
        "'",
      ),
    ],
    ['true', () => new Sealing([mqtt]).by('call of com.p', 'com.p', true as never), 'received true'],
    [
      'to require what it has not',
      () => new Sealing().demanded('registration of com.p', 'required'),
      'registration of com.p: passthru is required, and the peer has no scheme',
    ],
  ])('refuses %s', (_what, make, message) => {
    expect(make).toThrow(UsageError);
    expect(make).toThrow(message);
  });
});
