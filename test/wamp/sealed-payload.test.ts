import { isPassedThrough, isSealed, octetsOf } from '../../src/wamp/sealed-payload.js';

const octets = Uint8Array.of(1, 2, 3);

describe('isPassedThrough', () => {
  it.each([
    [{ ppt_scheme: 'mqtt' }, true],
    [{ ppt_scheme: 7 }, true],
    [{ ppt_scheme: '' }, false],
    [{ ppt_scheme: null }, false],
    [{ ppt_serializer: 'cbor' }, false],
    [{}, false],
  ])('of %j says %s', (details, expected) => {
    expect(isPassedThrough(details)).toBe(expected);
  });
});

it('isSealed tells sealed and transparent payloads from plain ones', () => {
  expect(isSealed({}, { args: ['x'] })).toBe(false);
  expect(isSealed({ ppt_scheme: 'x_read' }, {})).toBe(true);
  expect(isSealed({}, { payload: Uint8Array.of(1) })).toBe(true);
});

describe('octetsOf', () => {
  it.each([
    ['no arguments', {}],
    ['two', { args: [octets, octets] }],
    ['keyword arguments beside it', { args: [octets], kwargs: { a: 1 } }],
    ['a text', { args: ['x'] }],
  ])('refuses %s', (_what, payload) => {
    expect(() => octetsOf(payload)).toThrow(/^a payload that is passed through is one octet string and nothing else/);
  });
});
