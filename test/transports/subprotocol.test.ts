import { UsageError } from '../../src/errors.js';
import { checkSubprotocols, chooseSubprotocol, isText } from '../../src/transports/subprotocol.js';

describe('isText', () => {
  it.each([
    ['wamp.2.json', true],
    ['wamp.2.msgpack', false],
    ['wamp.2.cbor', false],
    ['com.example.own', false],
  ])('%s: %s', (subprotocol, expected) => {
    expect(isText(subprotocol)).toBe(expected);
  });
});

describe('checkSubprotocols', () => {
  it('takes what HTTP can carry', () => {
    expect(() => checkSubprotocols(['wamp.2.json', 'wamp.2.msgpack'])).not.toThrow();
  });

  it.each([
    [[], 'expected at least one subprotocol, such as wamp.2.json'],
    [[''], 'expected a subprotocol such as wamp.2.json, received ""'],
    [['a, b'], 'expected a subprotocol such as wamp.2.json, received "a, b"'],
    [['wamp.2.json', 'wamp.2.json'], 'the subprotocol wamp.2.json is given twice'],
  ])('%j is refused', (subprotocols, message) => {
    expect(() => checkSubprotocols(subprotocols)).toThrow(UsageError);
    expect(() => checkSubprotocols(subprotocols)).toThrow(message);
  });
});

describe('chooseSubprotocol', () => {
  it.each([
    [['a', 'b'], ['b', 'a'], 'b'],
    [['a', 'b'], ['c', 'b'], 'b'],
    [['a'], ['c'], undefined],
    [['a'], [], undefined],
  ])('of %j supported and %j offered, it is %s', (supported, offered, expected) => {
    expect(chooseSubprotocol(supported, offered)).toBe(expected);
  });
});
