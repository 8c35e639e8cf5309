import { readAuthorization, undecided } from '../../src/routing/authorizer.js';

describe('readAuthorization', () => {
  it.each<[unknown, unknown, boolean]>([
    [true, {}, false],
    [false, { uri: 'wamp.error.not_authorized', args: ['this session may not call com.p'] }, false],
    [{ allow: true }, {}, false],
    [{ allow: true, disclose: true, cache: true }, { disclose: true }, true],
    [{ allow: true, disclose: false }, { disclose: false }, false],
    [{ allow: false, cache: true }, { uri: 'wamp.error.not_authorized' }, true],
    [{ allow: true, more: 1 }, {}, false],
  ])('takes %j', (given, decision, cache) => {
    const read = readAuthorization(given, 'call', 'com.p');
    expect(read.decision).toMatchObject(decision as object);
    expect(read.cache).toBe(cache);
  });

  it.each([
    [undefined],
    [null],
    [1],
    ['true'],
    [[true]],
    [{}],
    [{ allow: 1 }],
    [{ allow: true, disclose: 1 }],
    [{ allow: true, cache: 1 }],
  ])('takes %j for no answer', (given) => {
    expect(() => readAuthorization(given, 'call', 'com.p')).toThrow(
      'expected an authorizer to give true, false or { allow, disclose, cache } of them, received ',
    );
  });
});

describe('undecided', () => {
  it('is no refusal, and says that it may be tried again', () => {
    expect(undecided('publish', 'com.t')).toMatchObject({
      uri: 'wamp.error.authorization_failed',
      args: ['whether this session may publish com.t could not be found out; try later'],
    });
  });
});
