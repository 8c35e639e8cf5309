import { meantBy } from '../../src/routing/meant.js';
import { Realm } from '../support/routing-realm.js';

describe('meantBy', () => {
  const there = ['com.example.add', 'com.example.subtract', 'org.example.add'];
  const anything = () => true;

  it.each([
    ['com.example.ad', 'com.example.add'],
    ['com.example.addd', 'com.example.add'],
    ['com.exmaple.add', 'com.example.add'],
    ['com.example.multiply', undefined],
    ['com.exmaple.ad', undefined],
    ['x', undefined],
    [`com.${'a'.repeat(200)}`, undefined],
  ])('by %s, %s', (uri, meant) => {
    expect(meantBy(uri, there, anything)).toBe(meant);
  });

  it('tells nobody of what he may not know', () => {
    expect(meantBy('com.example.ad', there, (uri) => uri !== 'com.example.add')).toBeUndefined();
  });

  it('looks at no more than a bounded number, however many there are', () => {
    let looked = 0;
    const many = (function* () {
      for (;;) {
        looked += 1;
        yield `com.example.p${looked}`;
      }
    })();
    expect(meantBy('com.example.add', many, anything)).toBeUndefined();
    expect(looked).toBeLessThan(2_000);
  });
});

describe('a call of a procedure that is not there', () => {
  it('is answered with the one that was probably meant', () => {
    const realm = new Realm();
    const [callee, caller] = [realm.join('callee'), realm.join('caller')];
    callee.says([64, 1, {}, 'com.example.add']);
    caller.says([48, 1, {}, 'com.example.ad']);
    caller.says([48, 2, {}, 'com.other']);
    expect(caller.heard()).toEqual([
      [
        8,
        48,
        1,
        {},
        'wamp.error.no_such_procedure',
        ['no procedure com.example.ad is registered; did you mean com.example.add?'],
      ],
      [8, 48, 2, {}, 'wamp.error.no_such_procedure', ['no procedure com.other is registered']],
    ]);
  });
});
