import { EVERY_RIGHT } from '../../src/routing/rights.js';

describe('EVERY_RIGHT', () => {
  it('allows everything, and goes on with whatever is decided', async () => {
    expect(EVERY_RIGHT.of('call', 'wamp.session.kill', {})).toEqual({});
    const decision = await new Promise((resolve) => EVERY_RIGHT.hold(Promise.resolve({ disclose: true }), resolve));
    expect(decision).toEqual({ disclose: true });
  });
});
