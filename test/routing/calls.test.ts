import { ProtocolError } from '../../src/errors.js';
import { CANCELING, PROGRESSIVE, pair, Realm } from '../support/routing-realm.js';

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
      ['wamp.session.count', {}, 'wamp.error.no_such_procedure'],
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

    it('ends the session of a caller that sends a call in parts', () => {
      const { caller, callee } = pair({ caller: { caller: { features: { progressive_call_invocations: true } } } });
      expect(() => caller.says([48, 1, { progress: true }, 'com.p', ['first']])).toThrow(
        new ProtocolError(
          'option progress: this router does not announce progressive_call_invocations; send the call as a whole',
        ),
      );
      expect(callee.heard()).toEqual([]);
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
});
