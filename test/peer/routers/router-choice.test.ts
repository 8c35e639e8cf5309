import { UsageError } from '../../../src/errors.js';
import { connectorsFor, faultInChoice } from '../../../src/peer/routers/router-choice.js';
import { NODE, type RouterChoice } from '../../../src/peer/spec.js';

const own = { address: 'own', open: () => Promise.reject(new Error('not here')) };

describe('connectorsFor', () => {
  it.each([
    ['a URL', 'ws://a.example/ws', ['ws://a.example/ws']],
    ['a connector', own, ['own']],
    [
      'several of any kind',
      ['wss://a.example/ws', 'rs://b.example:8080', own],
      ['wss://a.example/ws', 'rs://b.example:8080', 'own'],
    ],
    ['one with options', [{ url: 'ws://a.example/ws', websocket: { ping: false } }], ['ws://a.example/ws']],
  ] as const)('takes %s', (_, given, addresses) => {
    expect(connectorsFor(given, {}, NODE).map(({ address }) => address)).toEqual(addresses);
  });

  it("gives a router its own options in place of the peer's", () => {
    const shared = { websocket: { maxPayload: 0 } };
    const url = 'ws://a.example/ws';
    const of = (choice: RouterChoice, all = {}) => connectorsFor([choice], all, NODE);
    expect(() => of(url, shared)).toThrow(/^maxPayload: /);
    expect(of({ url, websocket: {} }, shared)).toHaveLength(1);
    expect(() => of({ url, websocket: { maxQueued: 0 } })).toThrow(/^maxQueued: /);
  });

  it.each([
    [
      'an option that there is not',
      { url: 'ws://a.example', webSocket: {} },
      'a router of url: unknown option "webSocket"; did you mean "websocket"?',
    ],
    [
      'options that are none',
      { url: 'ws://a.example', websocket: 7 },
      'a router of url: expected websocket to be an object, received 7',
    ],
    ['a scheme that is none', ['ws://a.example', 'http://b.example'], 'expected ws:// or wss://, received http://'],
    ['an empty list', [], 'url: expected its list to be at least one router'],
  ])('refuses %s', (_, given, message) => {
    const attempt = () => connectorsFor(given as never, {}, NODE);
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow(message);
  });
});

describe('faultInChoice', () => {
  it.each([
    ['ws://a.example', undefined],
    [own, undefined],
    [['ws://a.example', own, { url: 'ws://b.example' }], undefined],
    [7, '7'],
    [{}, 'an object'],
    [[], 'an empty list'],
    [['ws://joe:secret@a.example', 7], '7 in a list, in place 1'],
    [[['ws://a.example']], 'a list in a list, in place 0'],
  ])('of %j is %j', (given, fault) => {
    expect(faultInChoice(given)).toBe(fault);
  });
});
