import { Registration } from '../../src/routing/registration.js';

const never = () => {
  throw new Error('nothing is random here');
};

describe('Registration', () => {
  test.each([
    [['a', 'b', 'c'], 1, 'a', ['b', 'c', 'b']],
    [['a', 'b', 'c'], 1, 'b', ['c', 'a', 'c']],
    [['a', 'b', 'c'], 2, 'c', ['a', 'b', 'a']],
    [['a', 'b'], 2, 'b', ['a', 'a', 'a']],
  ])('of %j, after %i calls, without %s, goes on with %j', (callees, calls, gone, expected) => {
    const registration = new Registration<string>(1, 'com.p', 'exact', 'roundrobin');
    registration.callees.push(...callees);
    for (let call = 0; call < calls; call += 1) registration.pick(never);
    registration.remove(gone);
    registration.remove('nobody');
    expect(expected.map(() => registration.pick(never))).toEqual(expected);
  });

  test.each([
    ['first', 'bc', 'b'],
    ['last', 'ab', 'b'],
    ['last', 'a', 'a'],
    ['roundrobin', 'c', 'c'],
    ['roundrobin', 'a', 'a'],
    ['random', 'b', 'b'],
    ['first', '', undefined],
  ] as const)('with invoke %s picks, of those that fit (%s), %s', (invoke, fitting, expected) => {
    const registration = new Registration<string>(1, 'com.p', 'exact', invoke);
    registration.callees.push('a', 'b', 'c');
    const pick = () =>
      registration.pick(
        () => 0.5,
        (callee) => fitting.includes(callee),
      );
    expect([pick(), pick()]).toEqual([expected, expected]);
  });

  test.each([
    ['first', 'a', 'b'],
    ['first', '', 'a'],
    ['last', 'd', 'c'],
    ['random', 'd', 'b'],
    ['random', 'ab', 'd'],
    ['roundrobin', 'ab', 'c'],
    ['roundrobin', 'abcd', undefined],
    ['first', 'abcd', undefined],
  ] as const)('with invoke %s, where %s were tried, goes on with %s', (invoke, tried, expected) => {
    const registration = new Registration<string>(1, 'com.p', 'exact', invoke);
    registration.callees.push('a', 'b', 'c', 'd');
    expect(registration.pickOther(new Set(tried), () => 0.5)).toBe(expected);
  });

  test.each([
    ['single', 'single', 'b', false],
    ['first', 'first', 'b', true],
    ['first', 'last', 'b', false],
    ['first', 'first', 'a', false],
  ] as const)('with invoke %s admits with invoke %s callee %s: %s', (first, second, callee, expected) => {
    const registration = new Registration<string>(1, 'com.p', 'exact', first);
    registration.callees.push('a');
    expect(registration.admits(callee, second)).toBe(expected);
  });
});
