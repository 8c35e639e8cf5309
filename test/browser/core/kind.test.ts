import { CORE } from '../../../src/browser/core/kind.js';
import { UsageError } from '../../../src/errors.js';

const OPTIONS = { url: 'ws://127.0.0.1:8080/ws', realm: 'realm1' };

describe('the core of a peer', () => {
  it.each([
    [{ passthru: {} }, 'passthru'],
    [{ contract: {} }, 'contract'],
    [{ roles: [] }, 'roles'],
    [{ url: ['ws://a', 'ws://b'] }, 'a list of routers'],
  ])('refuses %j, of which nothing would come', (more, name) => {
    const check = () => CORE.check('me', { ...OPTIONS, ...more } as never, {} as never);
    expect(check).toThrow(UsageError);
    expect(check).toThrow(`peer "me": ${name} is beyond respell/browser; import respell`);
  });

  it('takes what asks for none of that', () => {
    const more = { passthru: undefined, roles: undefined, receiveBuffer: undefined, validate: false };
    expect(() => CORE.check('me', { ...OPTIONS, ...more } as never, {} as never)).not.toThrow();
  });

  it('takes what else is written as it is', () => {
    expect(() =>
      CORE.check('', { realm: 5 } as never, { connectorFor: () => ({}) as never, transports: [] }),
    ).not.toThrow();
  });

  it('seals nothing, and says so rather than let it leave in the clear', () => {
    const seals = CORE.seals(OPTIONS);
    expect(seals.by('call of a.b', 'a.b', undefined)).toBeUndefined();
    expect(seals.by('call of a.b', 'a.b', false)).toBeUndefined();
    expect(() => seals.by('call of a.b', 'a.b', 'wamp')).toThrow(UsageError);
    expect(() => seals.demanded('registration of a.b', 'required')).toThrow(
      'registration of a.b: the peer has no scheme to seal by (passthru)',
    );
  });

  it('has one router, by its URL, by a connector, or by what a test puts in its place', () => {
    const connector = { address: 'here', open: () => Promise.reject(new Error('closed')) };
    const platform = { connectorFor: () => connector, transports: [] };
    expect(CORE.routers('ws://a', {}, platform).present).toBe(connector);
    expect(CORE.routers(connector, {}, platform).present).toBe(connector);
    const other = { ...connector, address: 'there' };
    expect(CORE.routers('ws://a', {}, platform, () => other).present).toBe(other);
  });
});
