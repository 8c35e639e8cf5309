import fc from 'fast-check';
import { saslprep } from '../../src/auth/saslprep.js';

describe('saslprep', () => {
  // The first four are the examples of RFC 4013, section 3.
  test.each([
    ['I\u00adX', 'IX', 'a soft hyphen is mapped to nothing'],
    ['user', 'user', 'no change'],
    ['USER', 'USER', 'the case is kept'],
    ['\u00aa', 'a', 'compatibility characters are replaced'],
    ['\u2168', 'IX', 'so are numerals'],
    ['a\u00a0b\u3000c', 'a b c', 'every space is the same space'],
    ['e\u0301', '\u00e9', 'what was typed in two parts is one'],
    ['\u0627\u0031\u0628', '\u0627\u0031\u0628', 'from right to left, at both ends'],
    ['p\u{1f511}ss', 'p\u{1f511}ss', 'newer than Unicode 3.2'],
  ])('prepares %j as %j: %s', (text, expected) => {
    expect(saslprep(text)).toEqual({ prepared: expected });
  });

  // The first two are the last examples of RFC 4013.
  test.each([
    ['\u0007', 'it holds a control character'],
    ['\u0627\u0031', 'it is written from right to left, but does not begin and end so'],
    ['', 'nothing is left of it'],
    ['\u00ad\u200d', 'nothing is left of it'],
    ['\u0627a\u0628', 'it mixes letters of both directions'],
    ['a\u0000b', 'it holds a control character'],
    ['a\u0085', 'it holds a control character'],
    ['\u2028', 'it holds a control character'],
    ['\ue000', 'it holds a character of private use'],
    ['\ufdd0', 'it holds a code point that is no character'],
    ['\ud800a', 'it holds half a surrogate pair'],
    ['\ufffd', 'it holds a replacement character'],
    ['\u2ff0', 'it holds an ideographic description character'],
    ['a\u202eb', 'it holds a character that changes how others are displayed'],
    ['\u{e0041}', 'it holds a tagging character'],
  ])('refuses %j: %s', (text, problem) => {
    expect(saslprep(text)).toEqual({ problem });
  });

  it('has nothing left to prepare in what it prepared', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = saslprep(text);
        if ('prepared' in once) expect(saslprep(once.prepared)).toEqual(once);
      }),
    );
  });
});
