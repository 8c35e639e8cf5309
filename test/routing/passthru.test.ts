/** What broker and dealer do with payloads that pass through. */
import { ApplicationError, ProtocolError } from '../../src/errors.js';
import { answerPassthru, notPassedTo, passthruOf } from '../../src/routing/passthru.js';
import type { List } from '../../src/wamp/values.js';
import { type Client, pair, Realm } from '../support/routing-realm.js';

const PASSTHRU = {
  features: {
    payload_passthru_mode: true,
    call_canceling: true,
    progressive_call_results: true,
    progressive_call_invocations: true,
  },
};
const ROLES = { caller: PASSTHRU, callee: PASSTHRU, publisher: PASSTHRU, subscriber: PASSTHRU };
const ATTRIBUTES = { ppt_scheme: 'wamp', ppt_serializer: 'cbor', ppt_cipher: 'aes256gcm', ppt_keyid: 'k1' };
const OCTETS = Uint8Array.of(1, 2, 3);

/** Whatever is wrong with it, the payload is not one octet string alone. */
const MALFORMED: readonly (readonly [string, List])[] = [
  ['none', []],
  ['a text', [['x']]],
  ['two octet strings', [[OCTETS, OCTETS]]],
  ['keyword arguments', [[OCTETS], { k: 1 }]],
];

const announced = (options: { caller?: object; callee?: object } = {}) =>
  pair({ caller: ROLES, callee: ROLES, ...options });

describe('a call that passes through', () => {
  it('reaches its callee as it was sent, and so do result and error the caller', () => {
    const { caller, callee } = announced();
    const called = (request: number) => {
      caller.says([48, request, { ...ATTRIBUTES, timeout: 0 }, 'com.p', [OCTETS]]);
      expect(callee.heard()).toEqual([[68, request, 1, ATTRIBUTES, [OCTETS]]]);
    };
    called(1);
    callee.says([70, 1, { ppt_scheme: 'mqtt' }, [OCTETS]]);
    expect(caller.heard()).toEqual([[50, 1, { ppt_scheme: 'mqtt' }, [OCTETS]]]);
    called(2);
    callee.says([8, 68, 2, ATTRIBUTES, 'com.e', [OCTETS]]);
    expect(caller.heard()).toEqual([[8, 48, 2, ATTRIBUTES, 'com.e', [OCTETS]]]);
  });

  it('may have its result in parts', () => {
    const { caller, callee } = announced();
    caller.says([48, 1, { ...ATTRIBUTES, receive_progress: true }, 'com.p', [OCTETS]]);
    callee.says([70, 1, { ...ATTRIBUTES, progress: true }, [OCTETS]]);
    callee.says([70, 1, {}, ['plain']]);
    expect(caller.heard()).toEqual([
      [50, 1, { ...ATTRIBUTES, progress: true }, [OCTETS]],
      [50, 1, {}, ['plain']],
    ]);
  });

  it('may come in parts, each with attributes of its own', () => {
    const { caller, callee } = announced();
    caller.says([48, 1, { ...ATTRIBUTES, progress: true }, 'com.p', [OCTETS]]);
    caller.says([48, 1, { ppt_scheme: 'mqtt', progress: true }, 'com.p', [OCTETS]]);
    caller.says([48, 1, {}, 'com.p', ['plain']]);
    expect(callee.heard()).toEqual([
      [68, 1, 1, { ...ATTRIBUTES, progress: true }, [OCTETS]],
      [68, 1, 1, { ppt_scheme: 'mqtt', progress: true }, [OCTETS]],
      [68, 1, 1, {}, ['plain']],
    ]);
  });

  it('ends at a part that is malformed, or that its callee does not take', () => {
    const malformed = announced();
    malformed.caller.says([48, 1, { ...ATTRIBUTES, progress: true }, 'com.p', [OCTETS]]);
    malformed.caller.says([48, 1, { ...ATTRIBUTES }, 'com.p', ['x']]);
    expect(malformed.caller.heard()).toMatchObject([
      [8, 48, 1, {}, 'wamp.error.invalid_argument', [expect.any(String)]],
    ]);
    expect(malformed.callee.heard().at(-1)).toEqual([69, 1, { mode: 'killnowait' }]);
    const { payload_passthru_mode: _, ...features } = PASSTHRU.features;
    const { caller, callee } = announced({ callee: { callee: { features } } });
    caller.says([48, 1, { progress: true }, 'com.p', ['plain']]);
    caller.says([48, 1, ATTRIBUTES, 'com.p', [OCTETS]]);
    expect(caller.heard()).toMatchObject([[8, 48, 1, {}, 'wamp.error.feature_not_supported', [expect.any(String)]]]);
    expect(callee.heard()).toEqual([
      [68, 1, 1, { progress: true }, ['plain']],
      [69, 1, { mode: 'killnowait' }],
    ]);
  });

  it('goes to that callee of several that takes such, whatever the policy', () => {
    for (const [invoke, expected] of [
      ['roundrobin', 'new'],
      ['first', 'new'],
      ['last', 'new'],
      ['random', 'new'],
    ] as const) {
      const realm = new Realm({ random: () => 0 });
      const [old, young, older] = (
        [
          ['old', {}],
          ['new', ROLES],
          ['older', {}],
        ] as const
      ).map(([name, roles]) => realm.join(name, { roles })) as [Client, Client, Client];
      for (const callee of [old, young, older]) callee.says([64, 1, { invoke }, 'com.p']);
      const caller = realm.join('caller', { roles: ROLES });
      realm.everything.length = 0;
      caller.says([48, 1, ATTRIBUTES, 'com.p', [OCTETS]]);
      expect(realm.everything).toEqual([[expected, 68, 1, 1, ATTRIBUTES, [OCTETS]]]);
    }
  });

  it('is refused where no callee takes such', () => {
    const { caller, callee } = announced({ callee: {} });
    caller.says([48, 1, ATTRIBUTES, 'com.p', [OCTETS]]);
    expect(caller.heard()).toEqual([
      [8, 48, 1, {}, 'wamp.error.feature_not_supported', ['the callee has not announced payload_passthru_mode']],
    ]);
    expect(callee.heard()).toEqual([]);
    // The next one finds everything as it was.
    caller.says([48, 2, {}, 'com.p', ['plain']]);
    expect(callee.heard()).toEqual([[68, 1, 1, {}, ['plain']]]);
  });

  it('ends the session of a caller that has not announced it', () => {
    const { caller } = announced({ caller: {} });
    expect(() => caller.says([48, 1, ATTRIBUTES, 'com.p', [OCTETS]])).toThrow(ProtocolError);
  });

  it.each(MALFORMED)('is refused with %s for a payload', (_what, payload) => {
    const { caller, callee } = announced();
    caller.says([48, 1, ATTRIBUTES, 'com.p', ...payload]);
    expect(caller.heard()).toMatchObject([[8, 48, 1, {}, 'wamp.error.invalid_argument', [expect.any(String)]]]);
    expect(callee.heard()).toEqual([]);
  });

  it('is none with an empty scheme', () => {
    const { caller, callee } = announced({ caller: {}, callee: {} });
    caller.says([48, 1, { ppt_scheme: '' }, 'com.p', ['plain']]);
    expect(callee.heard()).toEqual([[68, 1, 1, {}, ['plain']]]);
  });
});

describe('an answer that passes through', () => {
  it('ends the session of a callee that has not announced it, and its caller is told', () => {
    for (const answer of [
      [70, 1, ATTRIBUTES, [OCTETS]],
      [8, 68, 1, ATTRIBUTES, 'com.e', [OCTETS]],
    ]) {
      const { realm, caller, callee } = announced({ callee: {} });
      caller.says([48, 1, {}, 'com.p']);
      expect(() => callee.says(answer)).toThrow(ProtocolError);
      realm.leave(callee);
      expect(caller.heard()).toMatchObject([[8, 48, 1, {}, 'wamp.error.canceled', [expect.any(String)]]]);
    }
  });

  it('is no answer to a caller that has not announced it: the caller is told, and waits for nothing', () => {
    const { caller, callee, realm } = announced({
      caller: { caller: { features: { progressive_call_results: true } } },
    });
    const refused = (request: number) => [
      [8, 48, request, {}, 'wamp.error.feature_not_supported', ['the caller has not announced payload_passthru_mode']],
    ];
    caller.says([48, 1, {}, 'com.p']);
    callee.says([70, 1, ATTRIBUTES, [OCTETS]]);
    expect(caller.heard()).toEqual(refused(1));
    caller.says([48, 2, { receive_progress: true }, 'com.p']);
    callee.heard();
    callee.says([70, 2, { ...ATTRIBUTES, progress: true }, [OCTETS]]);
    expect(caller.heard()).toEqual(refused(2));
    expect(callee.heard()).toEqual([[69, 2, { mode: 'killnowait' }]]);
    callee.says([70, 2, ATTRIBUTES, [OCTETS]]);
    expect(caller.heard()).toEqual([]);
    // Of an error the URI is of use without its payload.
    caller.says([48, 3, {}, 'com.p']);
    callee.says([8, 68, 3, ATTRIBUTES, 'com.e', [OCTETS]]);
    expect(caller.heard()).toEqual([[8, 48, 3, {}, 'com.e']]);
    expect(realm.dealer.inFlight).toBe(0);
  });

  it.each(MALFORMED)('is an error to its caller with %s for a payload', (_what, payload) => {
    const { caller, callee, realm } = announced();
    caller.says([48, 1, {}, 'com.p']);
    callee.says([70, 1, ATTRIBUTES, ...payload]);
    expect(caller.heard()).toMatchObject([[8, 48, 1, {}, 'wamp.error.invalid_argument', [expect.any(String)]]]);
    caller.says([48, 2, {}, 'com.p']);
    callee.says([8, 68, 2, ATTRIBUTES, 'com.e', ...payload]);
    expect(caller.heard()).toEqual([[8, 48, 2, {}, 'com.e']]);
    expect(realm.dealer.inFlight).toBe(0);
  });
});

describe('an event that passes through', () => {
  const subscribed = (roles: object = ROLES) => {
    const realm = new Realm();
    const publisher = realm.join('publisher', { roles: { ...ROLES, ...roles } });
    const subscribers = [{}, { match: 'prefix' }].map((options, at) => {
      const subscriber = realm.join(`subscriber ${at}`, { roles: ROLES });
      subscriber.says([32, 1, options, 'com.t']);
      subscriber.heard();
      return subscriber;
    });
    return { publisher, heard: () => subscribers.map((subscriber) => subscriber.heard()) };
  };

  it('reaches every subscriber as it was published', () => {
    const { publisher, heard } = subscribed();
    publisher.says([16, 1, { ...ATTRIBUTES, disclose_me: true }, 'com.t', [OCTETS]]);
    const details = { ...ATTRIBUTES, publisher: 1, publisher_authid: 'publisher', publisher_authrole: 'anonymous' };
    expect(heard()).toEqual([
      [[36, 1, 1001, details, [OCTETS]]],
      [[36, 2, 1001, { ...details, topic: 'com.t' }, [OCTETS]]],
    ]);
  });

  it('ends the session of a publisher that has not announced it', () => {
    const { publisher, heard } = subscribed({ publisher: {} });
    expect(() => publisher.says([16, 1, ATTRIBUTES, 'com.t', [OCTETS]])).toThrow(ProtocolError);
    expect(heard()).toEqual([[], []]);
  });

  it.each(MALFORMED)('is refused with %s for a payload', (_what, payload) => {
    const { publisher, heard } = subscribed();
    publisher.says([16, 1, { ...ATTRIBUTES, acknowledge: true }, 'com.t', ...payload]);
    publisher.says([16, 2, ATTRIBUTES, 'com.t', ...payload]);
    expect(publisher.heard()).toMatchObject([[8, 16, 1, {}, 'wamp.error.invalid_argument', [expect.any(String)]]]);
    expect(heard()).toEqual([[], []]);
  });
});

describe('transparent payload, which this router does not announce,', () => {
  it.each([
    ['PUBLISH', [16, 1, { enc_algo: 'cryptobox' }, 'com.t', OCTETS]],
    ['CALL', [48, 1, { enc_algo: 'cryptobox' }, 'com.p', OCTETS]],
    ['YIELD', [70, 1, { enc_algo: 'cryptobox' }, OCTETS]],
    ['ERROR', [8, 68, 1, { enc_algo: 'cryptobox' }, 'com.e', OCTETS]],
  ])('ends the session that sends it: %s', (_type, list) => {
    const { caller, callee } = announced();
    caller.says([48, 1, {}, 'com.p']);
    const sender = list[0] === 70 || list[0] === 8 ? callee : new Realm().join('sender', { roles: ROLES });
    expect(() => sender.says(list)).toThrow(/payload_transparency/);
  });
});

describe('passthruOf, answerPassthru and notPassedTo', () => {
  const peer = new Realm().join('peer', { roles: ROLES });

  it('find nothing in a plain message', () => {
    expect(passthruOf(peer, 'caller', {}, { args: ['x'] })).toBeUndefined();
    expect(answerPassthru(peer, {}, {})).toBeUndefined();
  });

  it('give what goes on, or why it does not', () => {
    expect(passthruOf(peer, 'caller', { ...ATTRIBUTES, timeout: 1 }, { args: [OCTETS] })).toEqual(ATTRIBUTES);
    expect(answerPassthru(peer, ATTRIBUTES, {})).toBeInstanceOf(ApplicationError);
    expect(notPassedTo('caller').uri).toBe('wamp.error.feature_not_supported');
  });
});
