import { describeExit, exit, isExit, isNormal } from '../../supervisors/exit-reason.js';

describe('exit', () => {
  it('makes an output that is known as an exit, also by the other copy of the package', () => {
    expect(isExit(exit('normal'))).toBe(true);
    expect(exit(7).reason).toBe(7);
    // `import` and `require` may load the package once each.
    expect(isExit({ [Symbol.for('respell.exit')]: true, reason: 'normal' })).toBe(true);
  });
});

describe('isExit', () => {
  it.each([[undefined], [null], ['normal'], [{ reason: 'normal' }], [new Error('boom')]])(
    'takes no other output for one: %j',
    (output) => {
      expect(isExit(output)).toBe(false);
    },
  );
});

describe('isNormal', () => {
  it.each([
    ['normal', true],
    ['shutdown', true],
    [{ shutdown: 'why' }, true],
    ['killed', false],
    ['noproc', false],
    [undefined, false],
    [null, false],
    [{ reason: 'shutdown' }, false],
    [Object.assign(new Error('boom'), { shutdown: 'why' }), false],
  ])('of %p is %p', (reason, expected) => {
    expect(isNormal(reason)).toBe(expected);
  });
});

describe('describeExit', () => {
  const circle: Record<string, unknown> = {};
  circle['circle'] = circle;
  it.each([
    ['normal', 'normal'],
    [new RangeError('too much'), 'RangeError: too much'],
    [new RangeError(), 'RangeError'],
    [{ shutdown: new Error('asked') }, 'shutdown: Error: asked'],
    [{ badmatch: 1 }, '{"badmatch":1}'],
    [undefined, 'undefined'],
    [10n, 'bigint'],
    [circle, 'object'],
  ])('of %p is %j', (reason, expected) => {
    expect(describeExit(reason)).toBe(expected);
  });
});
