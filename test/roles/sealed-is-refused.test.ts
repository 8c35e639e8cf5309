import { ApplicationError, PassthruError } from '../../src/errors.js';
import { SEALED_IS_REFUSED } from '../../src/roles/sealed-is-refused.js';

describe('a payload that is sealed, for a peer that knows nothing of that', () => {
  it('is not opened, sealed or taken for what was demanded', () => {
    const { open, seal, sealRequest, unmet } = SEALED_IS_REFUSED as unknown as Record<
      string,
      (what: string) => unknown
    >;
    for (const ask of [open, seal, sealRequest, unmet]) {
      expect(() => ask?.('a call of a.b')).toThrow(ApplicationError);
      expect(() => ask?.('a call of a.b')).toThrow('the payload of a call of a.b is sealed');
    }
  });

  it('is answered with what the standard has for it', () => {
    const why = new PassthruError('unsupported', 'x');
    expect(SEALED_IS_REFUSED.refusal(why).error).toBe('wamp.error.feature_not_supported');
  });
});
