import { ProtocolError } from '../../src/errors.js';
import { RouterCaller } from '../../src/routing/router-caller.js';
import { CANCELING, type Client, DUPLEX, DUPLEX_FEATURES, PROGRESSIVE, pair, Realm } from '../support/routing-realm.js';

describe('Calls', () => {
  describe('CALL, YIELD and ERROR', () => {
    it('carries the payload there and back', () => {
      const { caller, callee } = pair();
      caller.says([48, 1, {}, 'com.p', [2, 3], { unit: 'm' }]);
      expect(callee.heard()).toEqual([[68, 1, 1, {}, [2, 3], { unit: 'm' }]]);
      callee.says([70, 1, {}, [5], { unit: 'm' }]);
      expect(caller.heard()).toEqual([[50, 1, {}, [5], { unit: 'm' }]]);
    });

    it("passes the callee's ERROR on, as an answer to the CALL", () => {
      const { caller, callee } = pair();
      caller.says([48, 1, {}, 'com.p']);
      callee.says([8, 68, 1, { secret: 1 }, 'com.error.odd', ['why'], { at: 3 }]);
      expect(caller.heard()).toEqual([[8, 48, 1, {}, 'com.error.odd', ['why'], { at: 3 }]]);
    });

    it.each(['', 'no uri', 'com..error', 'com.a#b'])('passes on no ERROR whose URI is none: %j', (uri) => {
      const { caller, callee } = pair();
      caller.says([48, 1, {}, 'com.p']);
      callee.says([8, 68, 1, {}, uri, ['secret']]);
      const [answer] = caller.heard();
      expect(answer).toEqual([8, 48, 1, {}, 'wamp.error.invalid_uri', [expect.stringContaining('whose URI ')]]);
      caller.says([48, 2, {}, 'com.p']);
      callee.says([70, 2, {}]);
      expect(caller.heard()).toEqual([[50, 2, {}]]);
    });

    it('numbers invocations from 1 for each callee, whoever calls, and matches answers in any order', () => {
      const { realm, caller, callee } = pair();
      const other = realm.join('other');
      other.says([64, 1, {}, 'com.q']);
      other.heard();
      caller.says([48, 1, {}, 'com.p', ['first']]);
      other.says([48, 2, {}, 'com.p', ['second']]);
      caller.says([48, 2, {}, 'com.q', ['third']]);
      expect(callee.heard().map((list) => [list[1], list[4]])).toEqual([
        [1, ['first']],
        [2, ['second']],
      ]);
      expect(other.heard().map((list) => list[1])).toEqual([1]);
      callee.says([70, 2, {}, ['to other']]);
      callee.says([70, 1, {}, ['to caller']]);
      expect(other.heard()).toEqual([[50, 2, {}, ['to other']]]);
      expect(caller.heard()).toEqual([[50, 1, {}, ['to caller']]]);
    });

    it('lets a session call itself', () => {
      const { callee } = pair();
      callee.says([48, 2, {}, 'com.p', ['me']]);
      callee.says([70, 1, {}, ['you']]);
      expect(callee.heard()).toEqual([
        [68, 1, 1, {}, ['me']],
        [50, 2, {}, ['you']],
      ]);
    });

    test.each([
      ['com.nobody', {}, 'wamp.error.no_such_procedure'],
      ['constructor', {}, 'wamp.error.no_such_procedure'],
      ['wamp.session.unknown', {}, 'wamp.error.no_such_procedure'],
      ['com..p', {}, 'wamp.error.invalid_uri'],
      ['', {}, 'wamp.error.invalid_uri'],
      ['com.p', { timeout: 1.5 }, 'wamp.error.invalid_argument'],
      ['com.p', { timeout: '100' }, 'wamp.error.invalid_argument'],
      ['com.p', { timeout: -1 }, 'wamp.error.invalid_argument'],
      ['com.p', { receive_progress: 1 }, 'wamp.error.invalid_argument'],
      ['com.p', { disclose_me: 'yes' }, 'wamp.error.invalid_argument'],
    ])('answers a call to %j with %j: %s', (procedure, options, error) => {
      const { realm, caller, callee } = pair();
      caller.says([48, 1, options, procedure]);
      expect(caller.heard()).toEqual([[8, 48, 1, {}, error, [expect.any(String)]]]);
      expect(callee.heard()).toEqual([]);
      expect(realm.dealer.inFlight).toBe(0);
    });

    it('still routes the answer when the procedure was unregistered meanwhile', () => {
      const { caller, callee } = pair();
      caller.says([48, 1, {}, 'com.p']);
      callee.says([66, 2, 1]);
      callee.says([70, 1, {}, [1]]);
      expect(caller.heard()).toEqual([[50, 1, {}, [1]]]);
    });

    it('discloses the caller only if the caller asks for it', () => {
      const { caller, callee } = pair();
      caller.says([48, 1, { disclose_me: true }, 'com.p']);
      caller.says([48, 2, {}, 'com.p']);
      expect(callee.heard()).toEqual([
        [68, 1, 1, { caller: 2, caller_authid: 'caller', caller_authrole: 'anonymous' }],
        [68, 2, 1, {}],
      ]);
    });

    it('discloses nobody where the realm has it so, and tells who asks for it', () => {
      const realm = new Realm({ disclosure: false });
      const [callee, caller] = [realm.join('callee'), realm.join('caller')];
      callee.says([64, 1, {}, 'com.p']);
      callee.heard();
      caller.says([48, 1, { disclose_me: true }, 'com.p']);
      caller.says([48, 2, { disclose_me: false }, 'com.p']);
      expect(caller.heard()).toEqual([
        [8, 48, 1, {}, 'wamp.error.option_disallowed.disclose_me', [expect.any(String)]],
      ]);
      expect(callee.heard()).toEqual([[68, 1, 1, {}]]);
    });

    it('names the procedure to a callee that registered a pattern', () => {
      const realm = new Realm();
      const [a, b] = [realm.join('a'), realm.join('b')];
      a.says([64, 1, { match: 'prefix' }, 'com.exam']);
      a.says([64, 2, { match: 'wildcard' }, 'net..add']);
      a.heard();
      b.says([48, 1, {}, 'com.example.add']);
      b.says([48, 2, {}, 'net.example.add']);
      expect(a.heard()).toEqual([
        [68, 1, 1, { procedure: 'com.example.add' }],
        [68, 2, 2, { procedure: 'net.example.add' }],
      ]);
    });

    it('holds a session to its limit of calls in flight', () => {
      const realm = new Realm({ maxCalls: 1 });
      const a = realm.join('a');
      a.says([64, 1, {}, 'com.p']);
      a.says([48, 2, {}, 'com.p']);
      a.says([48, 3, {}, 'com.p']);
      a.says([70, 1, {}]);
      a.says([48, 4, {}, 'com.p']);
      expect(a.heard().map((list) => [list[0], list[1], list[4]])).toEqual([
        [65, 1, undefined],
        [68, 1, undefined],
        [8, 48, 'wamp.error.unavailable'],
        [50, 2, undefined],
        [68, 2, undefined],
      ]);
    });

    it('answers the caller when the INVOCATION cannot leave, and leaves no gap in the ids', () => {
      const { realm, caller, callee } = pair();
      callee.takes = () => false;
      caller.says([48, 1, {}, 'com.p']);
      callee.takes = () => true;
      caller.says([48, 2, {}, 'com.p']);
      expect(caller.heard()).toEqual([[8, 48, 1, {}, 'wamp.error.unavailable', [expect.any(String)]]]);
      expect(callee.heard()).toEqual([[68, 1, 1, {}]]);
      expect(realm.dealer.inFlight).toBe(1);
    });

    test.each([
      ['RESULT', [70, 1, {}, ['long']]],
      ['ERROR', [8, 68, 1, {}, 'com.error', ['long']]],
    ])('answers the caller when the %s is too long for it', (_, answer) => {
      const { caller, callee } = pair();
      caller.says([48, 1, {}, 'com.p']);
      caller.takes = (message) => message.type === 'ERROR' && message.error === 'wamp.error.payload_size_exceeded';
      callee.says(answer);
      expect(caller.heard()).toEqual([[8, 48, 1, {}, 'wamp.error.payload_size_exceeded', [expect.any(String)]]]);
    });
  });

  describe('CANCEL', () => {
    const canceled = [8, 48, 1, {}, 'wamp.error.canceled', ['the caller cancelled the call']];

    test.each([
      ['skip', true, [canceled], []],
      ['kill', true, [], [[69, 1, { mode: 'kill' }]]],
      ['killnowait', true, [canceled], [[69, 1, { mode: 'killnowait' }]]],
      [undefined, true, [canceled], [[69, 1, { mode: 'killnowait' }]]],
      ['skip', false, [canceled], []],
      ['kill', false, [canceled], []],
      ['killnowait', false, [canceled], []],
    ])('mode %s, callee that can be interrupted: %s', (mode, canBeInterrupted, toCaller, toCallee) => {
      const { caller, callee } = pair(canBeInterrupted ? {} : { callee: { callee: {} } });
      caller.says([48, 1, {}, 'com.p']);
      callee.heard();
      caller.says([49, 1, mode === undefined ? {} : { mode }]);
      expect(caller.heard()).toEqual(toCaller);
      expect(callee.heard()).toEqual(toCallee);
    });

    test.each([
      ['its answer', [70, 1, {}, ['done']], [50, 1, {}, ['done']]],
      ['its error', [8, 68, 1, {}, 'com.stopped'], [8, 48, 1, {}, 'com.stopped']],
    ])('mode kill waits for the callee and passes on %s', (_, answer, received) => {
      const { caller, callee } = pair();
      caller.says([48, 1, {}, 'com.p']);
      caller.says([49, 1, { mode: 'kill' }]);
      caller.says([49, 1, { mode: 'kill' }]);
      expect(callee.heard().filter(([code]) => code === 69)).toHaveLength(1);
      callee.says(answer);
      expect(caller.heard()).toEqual([received]);
    });

    it('lets a caller that waits in mode kill give up after all, without a second INTERRUPT', () => {
      const { caller, callee } = pair();
      caller.says([48, 1, {}, 'com.p']);
      caller.says([49, 1, { mode: 'kill' }]);
      callee.heard();
      caller.says([49, 1, { mode: 'killnowait' }]);
      expect(caller.heard()).toEqual([canceled]);
      expect(callee.heard()).toEqual([]);
    });

    test.each([
      ['skip', [70, 1, {}, ['late']]],
      ['killnowait', [70, 1, {}, ['late']]],
      ['killnowait', [8, 68, 1, {}, 'com.late']],
    ])('after mode %s discards the answer, once', (mode, answer) => {
      const { realm, caller, callee } = pair();
      caller.says([48, 1, {}, 'com.p']);
      caller.says([49, 1, { mode }]);
      caller.heard();
      callee.says(answer);
      expect(caller.heard()).toEqual([]);
      expect(realm.dealer.discarded).toBe(1);
      expect(() => callee.says(answer)).toThrow(ProtocolError);
    });

    it('takes the American and the British spelling of the feature', () => {
      const { caller, callee } = pair({ callee: { callee: { features: { call_cancelling: true } } } });
      caller.says([48, 1, {}, 'com.p']);
      callee.heard();
      caller.says([49, 1, { mode: 'killnowait' }]);
      expect(callee.heard()).toEqual([[69, 1, { mode: 'killnowait' }]]);
    });

    it('ignores a call that was answered, and one of another session', () => {
      const { realm, caller, callee } = pair();
      const other = realm.join('other');
      caller.says([48, 1, {}, 'com.p']);
      other.says([49, 1, { mode: 'kill' }]);
      callee.says([70, 1, {}]);
      caller.says([49, 1, {}]);
      expect(other.heard()).toEqual([]);
      expect(caller.heard()).toEqual([[50, 1, {}]]);
      expect(callee.heard()).toEqual([[68, 1, 1, {}]]);
    });

    test.each([['murder'], [null], [1]])('answers mode %j: invalid_argument, and the call goes on', (mode) => {
      const { caller, callee } = pair();
      caller.says([48, 1, {}, 'com.p']);
      caller.says([49, 1, { mode }]);
      expect(caller.heard()).toEqual([[8, 49, 1, {}, 'wamp.error.invalid_argument', [expect.any(String)]]]);
      callee.says([70, 1, {}, [1]]);
      expect(caller.heard()).toEqual([[50, 1, {}, [1]]]);
    });
  });

  describe('the timeout of a call', () => {
    const timedOut = [8, 48, 1, {}, 'wamp.error.timeout', ['no answer within 100 ms']];

    test.each([
      [true, [[69, 1, { mode: 'killnowait' }]]],
      [false, []],
    ])('ends it at its deadline and not before; callee that can be interrupted: %s', (canBeInterrupted, toCallee) => {
      const { realm, caller, callee } = pair(canBeInterrupted ? {} : { callee: { callee: {} } });
      realm.now = 1_000;
      caller.says([48, 1, { timeout: 100 }, 'com.p']);
      callee.heard();
      expect(realm.dealer.nextDeadline()).toBe(1_100);
      realm.dealer.expire(1_099);
      expect(caller.heard()).toEqual([]);
      realm.dealer.expire(1_100);
      expect(caller.heard()).toEqual([timedOut]);
      expect(callee.heard()).toEqual(toCallee);
      callee.says([70, 1, {}, ['late']]);
      expect(caller.heard()).toEqual([]);
      expect(realm.dealer.nextDeadline()).toBeUndefined();
      expect(realm.dealer.timedOut).toBe(1);
    });

    it('is forgotten when the answer comes in time', () => {
      const { realm, caller, callee } = pair();
      caller.says([48, 1, { timeout: 100 }, 'com.p']);
      callee.says([70, 1, {}]);
      expect(realm.dealer.nextDeadline()).toBeUndefined();
    });

    it('is off at 0', () => {
      const { realm, caller } = pair();
      caller.says([48, 1, { timeout: 0 }, 'com.p']);
      expect(realm.dealer.nextDeadline()).toBeUndefined();
    });

    it('is told of only when the earliest deadline has come nearer', () => {
      const { realm, caller } = pair();
      caller.says([48, 1, { timeout: 100 }, 'com.p']);
      caller.says([48, 2, { timeout: 500 }, 'com.p']);
      caller.says([48, 3, { timeout: 50 }, 'com.p']);
      expect(realm.deadlineChanges).toBe(2);
      expect(realm.dealer.nextDeadline()).toBe(50);
    });

    it('with progress is the longest pause between two results', () => {
      const { realm, caller, callee } = pair({ caller: PROGRESSIVE, callee: PROGRESSIVE });
      caller.says([48, 1, { timeout: 100, receive_progress: true }, 'com.p']);
      realm.now = 90;
      callee.says([70, 1, { progress: true }, [1]]);
      realm.dealer.expire(100);
      realm.dealer.expire(189);
      expect(caller.heard()).toEqual([[50, 1, { progress: true }, [1]]]);
      realm.dealer.expire(190);
      expect(caller.heard()).toEqual([timedOut]);
    });
  });

  describe('progressive results', () => {
    it('are passed on until the last one', () => {
      const { caller, callee } = pair({ caller: PROGRESSIVE, callee: PROGRESSIVE });
      caller.says([48, 1, { receive_progress: true }, 'com.p']);
      expect(callee.heard()).toEqual([[68, 1, 1, { receive_progress: true }]]);
      callee.says([70, 1, { progress: true }, [1]]);
      callee.says([70, 1, { progress: true }]);
      callee.says([70, 1, {}, ['end']]);
      expect(caller.heard()).toEqual([
        [50, 1, { progress: true }, [1]],
        [50, 1, { progress: true }],
        [50, 1, {}, ['end']],
      ]);
      expect(() => callee.says([70, 1, { progress: true }])).toThrow(ProtocolError);
    });

    test.each([
      ['the caller does not ask', PROGRESSIVE, PROGRESSIVE, {}],
      ['the caller did not announce them', CANCELING, PROGRESSIVE, { receive_progress: true }],
      ['the callee did not announce them', PROGRESSIVE, CANCELING, { receive_progress: true }],
      [
        'the callee cannot be interrupted',
        PROGRESSIVE,
        { callee: { features: { progressive_call_results: true } } },
        { receive_progress: true },
      ],
    ])('are not asked for, and discarded, if %s', (_, callerRoles, calleeRoles, options) => {
      const { realm, caller, callee } = pair({ caller: callerRoles, callee: calleeRoles });
      caller.says([48, 1, options, 'com.p']);
      expect(callee.heard()).toEqual([[68, 1, 1, {}]]);
      callee.says([70, 1, { progress: true }, ['p']]);
      callee.says([70, 1, {}, ['end']]);
      expect(caller.heard()).toEqual([[50, 1, {}, ['end']]]);
      expect(realm.dealer.discarded).toBe(1);
    });

    it('that come after the call was cancelled are discarded until the last one', () => {
      const { caller, callee } = pair({ caller: PROGRESSIVE, callee: PROGRESSIVE });
      caller.says([48, 1, { receive_progress: true }, 'com.p']);
      caller.says([49, 1, { mode: 'killnowait' }]);
      caller.heard();
      callee.says([70, 1, { progress: true }]);
      callee.says([70, 1, { progress: true }]);
      callee.says([8, 68, 1, {}, 'wamp.error.canceled']);
      expect(caller.heard()).toEqual([]);
      expect(() => callee.says([70, 1, {}])).toThrow(ProtocolError);
    });
  });

  describe('a call in parts', () => {
    const duplex = () => pair({ caller: DUPLEX, callee: DUPLEX });
    const part = (value: unknown, more = true, id = 1) => [48, id, more ? { progress: true } : {}, 'com.p', [value]];

    it('reaches the callee part by part, under one id at each side, and is answered once', () => {
      const { realm, caller, callee } = duplex();
      caller.says(part('a'));
      caller.says([48, 1, { progress: true }, 'com.p', [], { b: 1 }]);
      caller.says([48, 2, {}, 'com.p', ['another call between']]);
      caller.says([48, 1, { progress: false }, 'com.p']);
      expect(callee.heard()).toEqual([
        [68, 1, 1, { progress: true }, ['a']],
        [68, 1, 1, { progress: true }, [], { b: 1 }],
        [68, 2, 1, {}, ['another call between']],
        [68, 1, 1, {}],
      ]);
      expect(realm.dealer.inFlight).toBe(2);
      callee.says([70, 1, {}, ['done']]);
      expect(caller.heard()).toEqual([[50, 1, {}, ['done']]]);
      expect({ calls: realm.dealer.calls, inFlight: realm.dealer.inFlight }).toEqual({ calls: 2, inFlight: 1 });
    });

    it('flows both ways at once where results come in parts, too', () => {
      const { realm, caller, callee } = duplex();
      caller.says([48, 1, { progress: true, receive_progress: true }, 'com.p', ['a']]);
      callee.says([70, 1, { progress: true }, ['A']]);
      caller.says(part('b'));
      callee.says([70, 1, { progress: true }, ['B']]);
      caller.says(part('c', false));
      callee.says([70, 1, {}, ['C']]);
      expect(realm.everything.slice(1).map(([to, ...list]) => [to, list[0], list.at(-1)])).toEqual([
        ['callee', 68, ['a']],
        ['caller', 50, ['A']],
        ['callee', 68, ['b']],
        ['caller', 50, ['B']],
        ['callee', 68, ['c']],
        ['caller', 50, ['C']],
      ]);
    });

    it('keeps the options of its first part, whatever the others say', () => {
      const { realm, caller, callee } = duplex();
      caller.says([48, 1, { progress: true, disclose_me: true, timeout: 100 }, 'com.p']);
      caller.says([48, 1, { progress: true, disclose_me: false, timeout: 5, receive_progress: true }, 'com.p']);
      caller.says([48, 1, { timeout: 'nonsense', match: 3 }, 'com.p']);
      const identity = { caller: 2, caller_authid: 'caller', caller_authrole: 'anonymous' };
      expect(callee.heard()).toEqual([
        [68, 1, 1, { ...identity, progress: true }],
        [68, 1, 1, { ...identity, progress: true }],
        [68, 1, 1, identity],
      ]);
      expect(realm.dealer.nextDeadline()).toBe(100);
    });

    it('names the procedure in each part to a callee that registered a pattern', () => {
      const realm = new Realm();
      const a = realm.join('a', { roles: DUPLEX });
      a.says([64, 1, { match: 'prefix' }, 'com']);
      a.heard();
      a.says([48, 2, { progress: true }, 'com.p']);
      a.says([48, 2, {}, 'com.p']);
      expect(a.heard()).toEqual([
        [68, 1, 1, { procedure: 'com.p', progress: true }],
        [68, 1, 1, { procedure: 'com.p' }],
      ]);
    });

    it('stays with the callee that received its first part, though others share the procedure', () => {
      const realm = new Realm();
      const [a, b, caller] = ['a', 'b', 'caller'].map((name) => realm.join(name, { roles: DUPLEX }));
      for (const each of [a, b]) each?.says([64, 1, { invoke: 'roundrobin' }, 'com.p']);
      for (const each of [a, b]) each?.heard();
      caller?.says(part('first'));
      caller?.says([48, 2, {}, 'com.p', ['plain']]);
      caller?.says(part('second'));
      // Also when it has given the procedure up meanwhile.
      a?.says([66, 2, 1]);
      caller?.says(part('third', false));
      expect(a?.heard().map((list) => list.at(-1))).toEqual([['first'], ['second'], 2, ['third']]);
      expect(b?.heard().map((list) => list.at(-1))).toEqual([['plain']]);
    });

    test.each([
      ['takes no parts', { callee: { features: { call_canceling: true } } }],
      ['cannot be interrupted', { callee: { features: { progressive_call_invocations: true } } }],
    ])('is refused, all of it with one ERROR, where the callee %s', (_, roles) => {
      const { realm, caller, callee } = pair({ caller: DUPLEX, callee: roles });
      caller.says(part('a'));
      caller.says(part('b'));
      caller.says(part('c', false));
      expect(caller.heard()).toEqual([[8, 48, 1, {}, 'wamp.error.feature_not_supported', [expect.any(String)]]]);
      expect(callee.heard()).toEqual([]);
      expect(realm.dealer.discarded).toBe(2);
      // The call is over, and so is its id.
      expect(() => caller.says(part('d'))).toThrow(ProtocolError);
      caller.says([48, 2, {}, 'com.p']);
      expect(callee.heard()).toEqual([[68, 1, 1, {}]]);
    });

    it('to a procedure that is not there is refused with one ERROR, and its other parts are discarded', () => {
      const { caller } = duplex();
      caller.says([48, 1, { progress: true }, 'com.nobody']);
      caller.says([48, 1, { progress: true }, 'com.nobody']);
      caller.says([48, 1, {}, 'com.nobody']);
      expect(caller.heard()).toEqual([[8, 48, 1, {}, 'wamp.error.no_such_procedure', [expect.any(String)]]]);
    });

    it('ends the session of a caller that did not announce it', () => {
      const { caller, callee } = pair({ callee: DUPLEX });
      expect(() => caller.says(part('a'))).toThrow(
        new ProtocolError(
          'option progress: this session does not announce progressive_call_invocations as a caller; send the call as a whole',
        ),
      );
      expect(callee.heard()).toEqual([]);
    });

    test.each<[string, ...unknown[][]]>([
      ['a gap in the ids', [48, 3, {}, 'com.p']],
      ['another procedure', [48, 1, {}, 'com.q']],
      ['a part of a plain call', [48, 2, { progress: true }, 'com.p']],
      ['a part after the last', [48, 4, { progress: true }, 'com.p']],
      ['a part of what was no call', [64, 1, {}, 'com.r'], [48, 1, { progress: true }, 'com.p']],
    ])('ends the session of a caller that sends %s', (what, ...lists) => {
      const { realm, caller, callee } = duplex();
      caller.says(part('a'));
      if (what !== 'a gap in the ids') {
        caller.says([48, 2, {}, 'com.p']);
        caller.says([64, 3, {}, 'com.mine']);
        caller.says(part('whole', true, 4));
        caller.says(part('whole', false, 4));
      }
      callee.heard();
      expect(() => {
        for (const list of lists) caller.says(list);
      }).toThrow(ProtocolError);
      expect(callee.heard()).toEqual([]);
      realm.leave(caller);
      expect(realm.dealer.inFlight).toBe(0);
    });

    test.each([
      ['answered', [70, 1, {}, ['enough']], [50, 1, {}, ['enough']]],
      ['refused', [8, 68, 1, {}, 'com.full'], [8, 48, 1, {}, 'com.full']],
    ])('that is %s before its end: parts that are still on their way are discarded', (_, answer, received) => {
      const { realm, caller, callee } = duplex();
      caller.says(part('a'));
      callee.heard();
      callee.says(answer);
      for (const value of ['b', 'c']) caller.says(part(value));
      expect(realm.dealer.discarded).toBe(2);
      caller.says(part('last', false));
      expect(caller.heard()).toEqual([received]);
      expect(callee.heard()).toEqual([]);
      expect(() => caller.says(part('more'))).toThrow(ProtocolError);
    });

    it('whose callee has left is answered, and its other parts are discarded', () => {
      const { realm, caller, callee } = duplex();
      caller.says(part('a'));
      realm.leave(callee);
      caller.says(part('b'));
      expect(caller.heard()).toEqual([
        [8, 48, 1, {}, 'wamp.error.canceled', ['the callee has left before it answered']],
      ]);
    });

    it('is interrupted when its caller leaves', () => {
      const { realm, caller, callee } = duplex();
      caller.says(part('a'));
      callee.heard();
      realm.leave(caller);
      expect(callee.heard()).toEqual([[69, 1, { mode: 'killnowait' }]]);
    });

    const canceled = [8, 48, 1, {}, 'wamp.error.canceled', ['the caller cancelled the call']];
    test.each([
      ['skip', [canceled], []],
      ['killnowait', [canceled], [[69, 1, { mode: 'killnowait' }]]],
      ['kill', [], [[69, 1, { mode: 'kill' }]]],
    ])('may be cancelled in mode %s: no further part reaches the callee', (mode, toCaller, toCallee) => {
      const { caller, callee } = duplex();
      caller.says(part('a'));
      callee.heard();
      caller.says([49, 1, { mode }]);
      caller.says(part('b'));
      caller.says(part('c', false));
      expect(caller.heard()).toEqual(toCaller);
      expect(callee.heard()).toEqual(toCallee);
      callee.says([8, 68, 1, {}, 'com.stopped']);
      expect(caller.heard()).toEqual(mode === 'kill' ? [[8, 48, 1, {}, 'com.stopped']] : []);
    });

    it('may take its timeout between two parts of either kind', () => {
      const { realm, caller, callee } = duplex();
      caller.says([48, 1, { progress: true, receive_progress: true, timeout: 100 }, 'com.p']);
      realm.now = 90;
      caller.says(part('b'));
      expect(realm.dealer.nextDeadline()).toBe(190);
      realm.now = 180;
      callee.says([70, 1, { progress: true }]);
      expect(realm.dealer.nextDeadline()).toBe(280);
      caller.heard();
      callee.heard();
      realm.dealer.expire(280);
      expect(caller.heard()).toEqual([[8, 48, 1, {}, 'wamp.error.timeout', [expect.any(String)]]]);
      expect(callee.heard()).toEqual([[69, 1, { mode: 'killnowait' }]]);
      caller.says(part('c'));
      expect(callee.heard()).toEqual([]);
    });

    it('is ended by a part that cannot be handed over: a call with a hole in it is none', () => {
      const { caller, callee } = duplex();
      caller.says(part('a'));
      callee.heard();
      callee.takes = ({ type }) => type !== 'INVOCATION';
      caller.says(part('long'));
      expect(caller.heard()).toEqual([
        [8, 48, 1, {}, 'wamp.error.unavailable', ['a part of the call could not be handed to the callee']],
      ]);
      expect(callee.heard()).toEqual([[69, 1, { mode: 'killnowait' }]]);
    });

    it('is ended by a part of which nobody can say whether it is the last', () => {
      const { caller, callee } = duplex();
      caller.says(part('a'));
      callee.heard();
      caller.says([48, 1, { progress: 1 }, 'com.p']);
      expect(caller.heard()).toEqual([[8, 48, 1, {}, 'wamp.error.invalid_argument', [expect.any(String)]]]);
      expect(callee.heard()).toEqual([[69, 1, { mode: 'killnowait' }]]);
    });

    it('is all that is discarded where ids are used again: a call that came whole leaves its id free', () => {
      const realm = new Realm();
      const a = realm.join('a', { roles: DUPLEX, strictIds: false });
      a.says([64, 50, {}, 'com.p']);
      for (const invocation of [1, 2]) {
        a.says([48, 70, {}, 'com.p']);
        a.says([70, invocation, {}]);
      }
      expect(a.heard().slice(1)).toEqual([
        [68, 1, 1, {}],
        [50, 70, {}],
        [68, 2, 1, {}],
        [50, 70, {}],
      ]);
    });

    it('is told from new calls where ids are not sequential', () => {
      const realm = new Realm();
      const a = realm.join('a', { roles: DUPLEX, strictIds: false });
      a.says([64, 50, {}, 'com.p']);
      a.heard();
      a.says(part('a', true, 70));
      a.says(part('b', false, 70));
      a.says(part('c', true, 60));
      a.says([70, 2, {}]);
      a.says(part('late', true, 60));
      a.says(part('late', false, 60));
      a.says(part('new', false, 60));
      expect(a.heard()).toEqual([
        [68, 1, 1, { progress: true }, ['a']],
        [68, 1, 1, {}, ['b']],
        [68, 2, 1, { progress: true }, ['c']],
        [50, 60, {}],
        [68, 3, 1, {}, ['new']],
      ]);
    });
  });

  describe('a callee that cannot attend to a call', () => {
    const REROUTE = {
      callee: { features: { call_canceling: true, call_reroute: true, progressive_call_results: true } },
    };
    const unavailable = (id = 1) => [8, 68, id, {}, 'wamp.error.unavailable', ['busy']];

    function shared(invoke: string, count = 3) {
      const realm = new Realm({ random: () => 0 });
      const callees = Array.from({ length: count }, (_, at) => realm.join(`c${at}`, { roles: REROUTE }));
      for (const each of callees) each.says([64, 1, { invoke }, 'com.p']);
      for (const each of callees) each.heard();
      const caller = realm.join('caller', { roles: PROGRESSIVE });
      /** Who is asked while each one says that it cannot. */
      const asked = () => {
        const order: string[] = [];
        for (;;) {
          const now = callees.find((each) => each.heard().length > 0);
          if (now === undefined) return order;
          order.push(now.authid);
          now.says(unavailable());
        }
      };
      return { realm, callees, caller, asked };
    }
    const none = [8, 48, 1, {}, 'wamp.error.no_available_callee', [expect.any(String)]];

    test.each([
      ['single', 1, ['c0']],
      ['roundrobin', 3, ['c0', 'c1', 'c2']],
      ['first', 3, ['c0', 'c1', 'c2']],
      ['last', 3, ['c2', 'c1', 'c0']],
      ['random', 3, ['c0', 'c1', 'c2']],
    ])(
      '%s: each of %i is asked once, in the order of the policy, and then the caller is told',
      (invoke, count, order) => {
        const { realm, caller, asked } = shared(invoke, count);
        caller.says([48, 1, {}, 'com.p', ['x']]);
        expect(asked()).toEqual(order);
        expect(caller.heard()).toEqual([none]);
        expect({ calls: realm.dealer.calls, inFlight: realm.dealer.inFlight }).toEqual({ calls: 1, inFlight: 0 });
      },
    );

    it('is bypassed: the next one receives the whole call, and its answer is the answer', () => {
      const { callees, caller } = shared('first');
      caller.says([48, 1, { disclose_me: true, receive_progress: true, timeout: 50 }, 'com.p', ['x'], { y: 1 }]);
      callees[0]?.says(unavailable());
      const details = { caller: 4, caller_authid: 'caller', caller_authrole: 'anonymous', receive_progress: true };
      expect(callees[1]?.heard()).toEqual([[68, 1, 1, details, ['x'], { y: 1 }]]);
      expect(() => callees[0]?.says(unavailable())).toThrow(ProtocolError);
      callees[1]?.says([70, 1, {}, ['done']]);
      expect(caller.heard()).toEqual([[50, 1, {}, ['done']]]);
    });

    it('keeps the timeout of the call over all that are asked', () => {
      const { realm, callees, caller } = shared('first');
      caller.says([48, 1, { timeout: 100 }, 'com.p']);
      realm.now = 60;
      callees[0]?.says(unavailable());
      expect(realm.dealer.nextDeadline()).toBe(100);
      realm.dealer.expire(100);
      expect(caller.heard()).toEqual([[8, 48, 1, {}, 'wamp.error.timeout', [expect.any(String)]]]);
      expect(callees[1]?.heard().at(-1)).toEqual([69, 1, { mode: 'killnowait' }]);
    });

    it('may be cancelled at whoever has it now, and is heard when that one leaves', () => {
      const { realm, callees, caller } = shared('first');
      caller.says([48, 1, {}, 'com.p']);
      callees[0]?.says(unavailable());
      caller.says([49, 1, { mode: 'kill' }]);
      expect(callees[1]?.heard().at(-1)).toEqual([69, 1, { mode: 'kill' }]);
      // Whoever was to stop is not replaced.
      callees[1]?.says(unavailable());
      caller.says([48, 2, {}, 'com.p']);
      callees[0]?.says(unavailable(2));
      if (callees[1] !== undefined) realm.leave(callees[1]);
      expect(caller.heard().map((list) => [list[2], list[4]])).toEqual([
        [1, 'wamp.error.unavailable'],
        [2, 'wamp.error.canceled'],
      ]);
    });

    it('is answered with what it said where it may not be bypassed', () => {
      const { caller, callee } = pair();
      caller.says([48, 1, {}, 'com.p']);
      callee.says(unavailable());
      expect(caller.heard()).toEqual([[8, 48, 1, {}, 'wamp.error.unavailable', ['busy']]]);
    });

    it('is not bypassed once it has begun to answer, nor in the midst of a call in parts', () => {
      const { caller, callee } = pair({
        caller: DUPLEX,
        callee: { callee: { features: { ...DUPLEX_FEATURES, call_reroute: true } } },
      });
      caller.says([48, 1, { receive_progress: true }, 'com.p']);
      callee.says([70, 1, { progress: true }]);
      callee.says(unavailable());
      caller.says([48, 2, { progress: true }, 'com.p']);
      callee.says(unavailable(2));
      expect(
        caller
          .heard()
          .slice(1)
          .map((list) => list[4]),
      ).toEqual(['wamp.error.unavailable', 'wamp.error.unavailable']);
    });

    it('is followed by another where the next one cannot be reached', () => {
      const { callees, caller } = shared('first');
      if (callees[1] !== undefined) callees[1].takes = () => false;
      caller.says([48, 1, {}, 'com.p']);
      callees[0]?.says(unavailable());
      expect(callees[2]?.heard()).toEqual([[68, 1, 1, {}]]);
    });
  });

  describe('a callee that sees to timeouts itself', () => {
    it('is told of them, and the dealer keeps none', () => {
      const realm = new Realm();
      const callee = realm.join('callee', { roles: { callee: { features: { call_timeout: true } } } });
      const other = realm.join('other');
      callee.says([64, 1, { forward_timeout: true }, 'com.p']);
      callee.says([64, 2, {}, 'com.q']);
      other.says([64, 1, { forward_timeout: true }, 'com.r']);
      for (const each of [callee, other]) each.heard();
      other.says([48, 2, { timeout: 100 }, 'com.p']);
      other.says([48, 3, {}, 'com.p']);
      expect(realm.dealer.nextDeadline()).toBeUndefined();
      other.says([48, 4, { timeout: 100 }, 'com.q']);
      expect(realm.dealer.nextDeadline()).toBe(100);
      expect(callee.heard()).toEqual([
        [68, 1, 1, { timeout: 100 }],
        [68, 2, 1, {}],
        [68, 3, 2, {}],
      ]);
      // One that did not announce it cannot.
      callee.says([48, 3, { timeout: 50 }, 'com.r']);
      expect(other.heard()).toEqual([[68, 1, 3, {}]]);
      expect(realm.dealer.nextDeadline()).toBe(50);
    });
  });

  describe('a callee that takes no more than so many calls at a time', () => {
    const REROUTE = { callee: { features: { call_canceling: true, call_reroute: true } } };
    const BUSY = [expect.stringMatching(/^com\.p is busy: .* try again later$/)];

    /** So many callees of `com.p`, each with these options of REGISTER, and a caller. */
    function shared(
      options: readonly Record<string, unknown>[],
      { maxWaiting, roles = CANCELING }: { maxWaiting?: number; roles?: Record<string, unknown> } = {},
    ) {
      const realm = new Realm(maxWaiting === undefined ? {} : { maxWaiting });
      const callees = options.map((each, at) => {
        const callee = realm.join(`c${at}`, { roles });
        callee.says([64, 1, { invoke: 'roundrobin', ...each }, 'com.p']);
        callee.heard();
        return callee;
      });
      const caller = realm.join('caller', { roles: CANCELING });
      let calls = 0;
      const call = (options: Record<string, unknown> = {}) => caller.says([48, ++calls, options, 'com.p', [calls]]);
      /** Which calls each of them has been given since it was last asked. */
      const given = () => callees.map((callee) => callee.heard().map((list) => (list[4] as unknown[])[0]));
      return { realm, callees: callees as [Client, ...Client[]], caller, call, given };
    }

    it('has never more of them, and what waits comes in its order as soon as one is answered', () => {
      const { realm, callees, caller, call, given } = shared([{ concurrency: 2 }]);
      for (let i = 0; i < 5; i += 1) call();
      expect(given()).toEqual([[1, 2]]);
      expect([realm.dealer.inFlight, realm.dealer.waiting, realm.dealer.calls]).toEqual([5, 3, 2]);
      callees[0].says([70, 2, {}, ['b']]);
      expect(given()).toEqual([[3]]);
      callees[0].says([8, 68, 1, {}, 'com.error.odd']);
      expect(given()).toEqual([[4]]);
      expect(caller.heard()).toEqual([
        [50, 2, {}, ['b']],
        [8, 48, 1, {}, 'com.error.odd'],
      ]);
      for (const id of [3, 4, 5]) callees[0].says([70, id, {}]);
      expect(given()).toEqual([[5]]);
      expect([realm.dealer.inFlight, realm.dealer.waiting, realm.dealer.calls]).toEqual([0, 0, 5]);
    });

    test.each([
      ['roundrobin', [[1, 3], [2, 4, 5, 6], []]],
      ['first', [[1, 2], [3, 4, 5, 6], []]],
      ['last', [[], [3, 4, 5, 6], [1, 2]]],
    ])('with invoke %s the next one that is free gets the call', (invoke, expected) => {
      const limited = { invoke, concurrency: 2 };
      const second = { invoke };
      const { call, given } = shared(
        invoke === 'roundrobin'
          ? [limited, second]
          : invoke === 'first'
            ? [limited, second]
            : [limited, second, limited],
      );
      for (let i = 0; i < 6; i += 1) call();
      expect(given()).toEqual(expected.slice(0, invoke === 'last' ? 3 : 2));
    });

    test.each([
      ['no place at all', [{ concurrency: 1 }], 0, 0],
      ['as many places as the realm has', [{ concurrency: 1 }], 3, 3],
      [
        'as many as the callees would let wait, together',
        [1, 2].map((n) => ({ concurrency: 1, _queue_limit: n })),
        100,
        3,
      ],
      ['none where no callee lets any wait', [{ concurrency: 1, _queue_limit: 0 }], 100, 0],
      ['not more than the realm has', [{ concurrency: 1, _queue_limit: 50 }], 4, 4],
    ])('%s: what is more is answered at once', (_, options, maxWaiting, places) => {
      const { realm, caller, call } = shared(options, { maxWaiting });
      for (let i = 0; i < options.length + places; i += 1) call();
      expect(caller.heard()).toEqual([]);
      call();
      const refused = options.length + places + 1;
      expect(caller.heard()).toEqual([[8, 48, refused, {}, 'wamp.error.unavailable', BUSY]]);
      expect(realm.dealer.waiting).toBe(places);
    });

    it('gives a call that waits up: cancelled, out of time, or with its caller', () => {
      const { realm, callees, caller, call, given } = shared([{ concurrency: 1 }]);
      const other = realm.join('other');
      call();
      call();
      call({ timeout: 100 });
      other.says([48, 1, {}, 'com.p', ['of another']]);
      given();
      caller.says([49, 2, { mode: 'kill' }]);
      expect(caller.heard()).toEqual([[8, 48, 2, {}, 'wamp.error.canceled', [expect.any(String)]]]);
      realm.now = 100;
      realm.dealer.expire(100);
      expect(caller.heard()).toEqual([[8, 48, 3, {}, 'wamp.error.timeout', ['no answer within 100 ms']]]);
      realm.leave(other);
      expect([realm.dealer.waiting, realm.dealer.inFlight]).toEqual([0, 1]);
      callees[0].says([70, 1, {}]);
      expect(given()).toEqual([[]]);
    });

    it('is given no call of a caller that leaves, and none whose time is over, when others make room', () => {
      const { realm, callees, caller, call, given } = shared([{ concurrency: 1 }]);
      call();
      call();
      given();
      realm.leave(caller);
      expect(callees[0].heard()).toEqual([[69, 1, { mode: 'killnowait' }]]);
      const other = realm.join('other', { roles: CANCELING });
      for (const id of [1, 2]) other.says([48, id, { timeout: 100 }, 'com.p', [id]]);
      given();
      realm.dealer.expire(100);
      expect(callees[0].heard()).toEqual([[69, 2, { mode: 'killnowait' }]]);
      expect([other.heard().length, realm.dealer.timedOut, realm.dealer.inFlight]).toEqual([2, 2, 0]);
    });

    it('hears INTERRUPT before the call that takes the place', () => {
      const { callees, caller, call, given } = shared([{ concurrency: 1 }]);
      call();
      call();
      given();
      caller.says([49, 1, {}]);
      expect(callees[0].heard()).toEqual([
        [69, 1, { mode: 'killnowait' }],
        [68, 2, 1, {}, [2]],
      ]);
    });

    it('leaves what waits to the others when it goes, and to whoever comes; without anybody it is answered', () => {
      const { realm, callees, caller, call, given } = shared([{ concurrency: 1 }, { concurrency: 1 }]);
      for (let i = 0; i < 5; i += 1) call();
      expect(given()).toEqual([[1], [2]]);
      realm.leave(callees[0]);
      expect(caller.heard()).toEqual([[8, 48, 1, {}, 'wamp.error.canceled', [expect.any(String)]]]);
      callees[1]?.says([66, 2, 1]);
      expect(callees[1]?.heard()).toEqual([[67, 2]]);
      expect(caller.heard()).toEqual(
        [3, 4, 5].map((id) => [8, 48, id, {}, 'wamp.error.no_available_callee', [expect.any(String)]]),
      );
      // What it works on goes on.
      callees[1]?.says([70, 1, {}]);
      expect(caller.heard()).toEqual([[50, 2, {}]]);
      expect([realm.dealer.waiting, realm.dealer.inFlight]).toEqual([0, 0]);
    });

    it('shares what waits with one that comes later', () => {
      const { realm, call, given } = shared([{ concurrency: 1 }]);
      for (let i = 0; i < 4; i += 1) call();
      given();
      const later = realm.join('later');
      later.says([64, 1, { invoke: 'roundrobin', concurrency: 2 }, 'com.p']);
      expect(later.heard()).toEqual([
        [65, 1, 1],
        [68, 1, 1, {}, [2]],
        [68, 2, 1, {}, [3]],
      ]);
      expect(realm.dealer.waiting).toBe(1);
    });

    it('is passed over when another cannot attend to a call, and gives its own place back then', () => {
      const { callees, caller, call, given } = shared([{ concurrency: 1 }, { concurrency: 1 }], { roles: REROUTE });
      call();
      call();
      call();
      expect(given()).toEqual([[1], [2]]);
      callees[0].says([8, 68, 1, {}, 'wamp.error.unavailable']);
      expect(caller.heard()).toEqual([[8, 48, 1, {}, 'wamp.error.no_available_callee', [expect.any(String)]]]);
      expect(given()).toEqual([[3], []]);
      callees[1]?.says([70, 1, {}]);
      callees[0].says([8, 68, 2, {}, 'wamp.error.unavailable']);
      expect(given()).toEqual([[], [3]]);
      call();
      expect(given()).toEqual([[4], []]);
    });

    it('is told what is left of a timeout that it sees to itself', () => {
      const roles = { callee: { features: { call_timeout: true } } };
      const { realm, callees, call } = shared([{ concurrency: 1, forward_timeout: true }], { roles });
      call();
      call({ timeout: 100 });
      realm.now = 30;
      callees[0].says([70, 1, {}]);
      expect(callees[0].heard()).toEqual([
        [68, 1, 1, {}, [1]],
        [68, 2, 1, { timeout: 70 }, [2]],
      ]);
      expect(realm.dealer.nextDeadline()).toBeUndefined();
    });

    it('lets no call in parts wait', () => {
      const { realm } = shared([{ concurrency: 1 }], { roles: DUPLEX });
      const caller = realm.join('duplex', { roles: DUPLEX });
      caller.says([48, 1, {}, 'com.p']);
      caller.says([48, 2, { progress: true }, 'com.p']);
      expect(caller.heard()).toEqual([[8, 48, 2, {}, 'wamp.error.unavailable', BUSY]]);
      // What was on its way disturbs nobody.
      caller.says([48, 2, {}, 'com.p']);
      expect([caller.heard(), realm.dealer.waiting]).toEqual([[], 0]);
    });

    it('loses no call that cannot be handed to it', () => {
      const { callees, caller, call, given } = shared([{ concurrency: 1 }]);
      for (let i = 0; i < 3; i += 1) call();
      given();
      callees[0].takes = (message) => message.type !== 'INVOCATION' || (message.args as unknown[])[0] !== 2;
      callees[0].says([70, 1, {}]);
      expect(caller.heard()).toEqual([
        [50, 1, {}],
        [8, 48, 2, {}, 'wamp.error.unavailable', [expect.any(String)]],
      ]);
      expect(callees[0].heard()).toEqual([[68, 2, 1, {}, [3]]]);
    });
  });

  describe('a dealer that drains', () => {
    const NO_MORE = ['the router is shutting down, and begins no more calls'];
    const refused = (request: number) => [8, 48, request, {}, 'wamp.error.unavailable', NO_MORE];

    it('has what is in flight answered, what that needs too, and begins nothing else', () => {
      const { realm, caller, callee } = pair();
      const helper = realm.join('helper');
      helper.says([64, 1, {}, 'com.help']);
      helper.heard();
      caller.says([48, 1, {}, 'com.p']);
      let drained = 0;
      realm.dealer.drain(() => {
        drained += 1;
      });
      caller.says([48, 2, {}, 'com.p']);
      helper.says([48, 2, {}, 'com.p']);
      expect([caller.heard(), helper.heard()]).toEqual([[refused(2)], [refused(2)]]);
      // Its work may end with the help of others only.
      callee.says([48, 2, {}, 'com.help']);
      helper.says([70, 1, {}, ['help']]);
      expect([drained, realm.dealer.inFlight]).toEqual([0, 1]);
      callee.says([70, 1, {}, ['done']]);
      expect(caller.heard()).toEqual([[50, 1, {}, ['done']]]);
      expect(callee.heard()).toEqual([
        [68, 1, 1, {}],
        [50, 2, {}, ['help']],
      ]);
      callee.says([48, 3, {}, 'com.help']);
      expect(callee.heard()).toEqual([refused(3)]);
      expect(drained).toBe(1);
    });

    it('is drained at once where nothing is in flight, and goes on with all but calls to callees', () => {
      const { realm, caller, callee } = pair();
      let drained = 0;
      realm.dealer.drain(() => {
        drained += 1;
      });
      expect(drained).toBe(1);
      caller.says([48, 1, {}, 'com.p']);
      caller.says([48, 2, {}, 'com.nobody']);
      caller.says([48, 3, {}, 'wamp.session.count']);
      expect(caller.heard().map((list) => list[4] ?? list[3])).toEqual([
        'wamp.error.unavailable',
        'wamp.error.no_such_procedure',
        [2],
      ]);
      callee.says([64, 2, {}, 'com.q']);
      expect(callee.heard()).toEqual([[65, 2, expect.any(Number)]]);
      expect(drained).toBe(1);
    });

    it('asks for the router what it has to know about what others want', async () => {
      const { realm, callee } = pair();
      realm.dealer.drain(() => {});
      const answer = new RouterCaller(realm.dealer, 77).call('com.p', ['may it?'], 1_000);
      expect(callee.heard()).toEqual([[68, 1, 1, {}, ['may it?']]]);
      callee.says([70, 1, {}, [true]]);
      expect(await answer).toBe(true);
    });

    it('counts what waits for a callee that is free', () => {
      const realm = new Realm();
      const callee = realm.join('callee');
      const caller = realm.join('caller');
      callee.says([64, 1, { concurrency: 1 }, 'com.p']);
      for (const request of [1, 2]) caller.says([48, request, {}, 'com.p']);
      let drained = 0;
      realm.dealer.drain(() => {
        drained += 1;
      });
      callee.says([70, 1, {}]);
      expect(drained).toBe(0);
      callee.says([70, 2, {}]);
      expect(drained).toBe(1);
    });
  });
});
