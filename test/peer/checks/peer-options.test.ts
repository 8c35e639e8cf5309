import { ticket } from '../../../src/auth/ticket.js';
import { UsageError } from '../../../src/errors.js';
import { checkPeerOptions } from '../../../src/peer/checks/peer-options.js';
import { json } from '../../../src/serializers/json.js';

const GOOD = { url: 'ws://127.0.0.1:8080/ws', realm: 'realm1' };

describe('checkPeerOptions', () => {
  it('takes everything that makes sense', () => {
    const all = {
      url: { address: 'linked', open: async () => Promise.reject(new Error('not here')) },
      realm: 'com.example.realm',
      register: {
        'com.example.add': () => 5,
        'com.example.': { handler: () => 5, match: 'prefix' as const },
        'com..get': { handler: () => 5, match: 'wildcard' as const },
      },
      subscribe: { 'com.example.news': () => {} },
      authid: 'alice',
      auth: [ticket('secret')],
      serializers: [json()],
      timeout: Infinity,
      openTimeout: 1,
      handshakeTimeout: 1,
      goodbyeTimeout: 1,
      whenDown: 'fail' as const,
      queueLimit: 0,
      onAbort: { 'wamp.error.no_such_realm': 'park' as const },
      onJoin: () => {},
      onLeave: () => {},
      agent: 'thermostat',
      websocket: {},
    };
    expect(() => checkPeerOptions('thermostat', all, ['websocket'])).not.toThrow();
    expect(() => checkPeerOptions('thermostat', all)).toThrow('unknown option "websocket"');
    expect(() => checkPeerOptions('thermostat', { ...GOOD, auth: ticket('secret') })).not.toThrow();
  });

  it.each<[unknown, string]>([
    [undefined, 'expected options with url and realm, received undefined'],
    [
      { ...GOOD, url: undefined },
      'expected url to be a URL such as "ws://127.0.0.1:8080/ws", or a connector, received',
    ],
    [{ ...GOOD, url: {} }, 'or a connector, received an object'],
    [{ ...GOOD, realm: undefined }, 'expected realm to be a URI such as "realm1", received undefined'],
    [{ ...GOOD, realm: '' }, 'expected realm to be a URI such as "realm1", received an empty string'],
    [{ ...GOOD, realm: 'my realm' }, 'received "my realm", which holds whitespace'],
    [{ ...GOOD, relm: 'realm1' }, 'unknown option "relm"; did you mean "realm"?'],
    [
      { ...GOOD, sendBuffer: { highWater: 0 } },
      'sendBuffer: expected highWater to be a whole number from 1, received 0',
    ],
    [
      { ...GOOD, receiveBuffer: { concurency: 1 } },
      'receiveBuffer: unknown option "concurency"; did you mean "concurrency"?',
    ],
    [{ ...GOOD, quux: 1 }, 'unknown option "quux"; known are url, realm, register'],
    [{ ...GOOD, max_retries: 5 }, 'unknown option "max_retries"; here it is "backoff"'],
    [{ ...GOOD, onopen: () => {} }, 'unknown option "onopen"; here it is "onJoin", told of each session'],
    [{ ...GOOD, bakcoff: {} }, 'unknown option "bakcoff"; did you mean "backoff"?'],
    [{ ...GOOD, subscribe: ['com.example.news'] }, 'expected subscribe to be an object, by URI, received a list'],
    [{ ...GOOD, constructor: 1 }, 'unknown option "constructor"'],
    [{ ...GOOD, timeout: '5s' }, 'expected timeout to be milliseconds above 0, received "5s"'],
    [{ ...GOOD, timeout: NaN }, 'expected timeout to be milliseconds above 0, received NaN'],
    [{ ...GOOD, openTimeout: 0 }, 'expected openTimeout to be milliseconds above 0, received 0'],
    [{ ...GOOD, queueLimit: -1 }, 'expected queueLimit to be an integer of at least 0, received -1'],
    [{ ...GOOD, whenDown: 'queue' }, 'expected whenDown to be one of "wait", "fail", received "queue"'],
    [{ ...GOOD, onJoin: 5 }, 'expected onJoin to be a function, received 5'],
    [{ ...GOOD, authid: 5 }, 'expected authid to be a string, received 5'],
    [{ ...GOOD, auth: 'secret' }, 'expected auth to be a method such as ticket(…), received a value of type string'],
    [{ ...GOOD, auth: null }, 'expected auth to be a method such as ticket(…), received null'],
    [{ ...GOOD, serializers: [] }, 'expected serializers to be a list of at least one serializer'],
    [{ ...GOOD, serializers: [json] }, 'such as [msgpack(), json()], received a list of functions'],
    [{ ...GOOD, serializers: ['wamp.2.json'] }, 'expected serializers to be a list of at least one serializer'],
    [
      { ...GOOD, onAbort: { 'com.example.no': 'retry' } },
      'expected onAbort["com.example.no"] to be one of "restart", "park", "stop", received "retry"',
    ],
    [
      { ...GOOD, register: { 'com.example.add': 5 } },
      'expected an endpoint (a function) for register["com.example.add"], received 5',
    ],
    [
      { ...GOOD, subscribe: { 'com.example.news': { match: 'prefix' } } },
      'expected an event handler (a function) for subscribe["com.example.news"], received an object',
    ],
    [
      { ...GOOD, register: { 'a.b': { handler: () => 5, queueLimit: 5 } } },
      'registration of a.b: queueLimit has a meaning only together with concurrency',
    ],
    [{ ...GOOD, register: { 'com..add': () => 5 } }, 'in register; "com..add" has an empty component: number 2 of 3'],
  ])('refuses %j', (options, message) => {
    const check = () => checkPeerOptions('thermostat', options as never);
    expect(check).toThrow(UsageError);
    expect(check).toThrow(message);
    expect(check).toThrow(/^peer "thermostat": /);
  });
});
