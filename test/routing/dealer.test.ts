import { ProtocolError } from '../../src/errors.js';
import { pair, Realm } from '../support/routing-realm.js';

describe('Dealer', () => {
  describe('violations of the protocol', () => {
    test.each([
      ['YIELD for an invocation that never was', [70, 99, {}]],
      ['ERROR for an invocation that never was', [8, 68, 99, {}, 'com.e']],
      ['ERROR for a CALL', [8, 48, 1, {}, 'com.e']],
      ['ERROR for a REGISTER', [8, 64, 1, {}, 'com.e']],
      ['a request id out of line', [48, 3, {}, 'com.p']],
      ['a request id used before', [64, 1, {}, 'com.q']],
      ['payload passthru, which was not announced', [48, 2, { ppt_scheme: 'wamp' }, 'com.p', ['x']]],
    ])('%s', (_, list) => {
      const { callee } = pair();
      expect(() => callee.says(list)).toThrow(ProtocolError);
    });

    test.each([
      ['YIELD', [70, 1, {}, ['forged']]],
      ['ERROR', [8, 68, 1, {}, 'com.forged']],
    ])("%s for another callee's invocation, whose caller hears nothing of it", (_, forged) => {
      const { realm, caller, callee } = pair();
      const offender = realm.join('offender');
      caller.says([48, 1, {}, 'com.p']);
      expect(() => offender.says(forged)).toThrow(ProtocolError);
      realm.leave(offender);
      expect(caller.heard()).toEqual([]);
      callee.says([70, 1, {}, ['true']]);
      expect(caller.heard()).toEqual([[50, 1, {}, ['true']]]);
    });

    it('a second answer to the same invocation', () => {
      const { caller, callee } = pair();
      caller.says([48, 1, {}, 'com.p']);
      callee.says([70, 1, {}, [1]]);
      expect(() => callee.says([70, 1, {}, [2]])).toThrow(ProtocolError);
      expect(caller.heard()).toEqual([[50, 1, {}, [1]]]);
    });

    it('the id of a call still in flight, also with strictIds off', () => {
      const realm = new Realm();
      const a = realm.join('a', { strictIds: false });
      a.says([64, 50, {}, 'com.p']);
      a.says([48, 7, {}, 'com.p']);
      expect(() => a.says([48, 7, {}, 'com.p'])).toThrow(ProtocolError);
    });
  });

  describe('leave', () => {
    it('of the callee answers every caller, and frees the procedure', () => {
      const { realm, caller, callee } = pair();
      caller.says([48, 1, { timeout: 100 }, 'com.p']);
      caller.says([48, 2, {}, 'com.p']);
      realm.leave(callee);
      const gone = ['wamp.error.canceled', ['the callee has left before it answered']];
      expect(caller.heard()).toEqual([
        [8, 48, 1, {}, ...gone],
        [8, 48, 2, {}, ...gone],
      ]);
      expect(realm.dealer.nextDeadline()).toBeUndefined();
      caller.says([64, 3, {}, 'com.p']);
      expect(caller.heard()).toEqual([[65, 3, 2]]);
    });

    test.each([
      [true, [[69, 1, { mode: 'killnowait' }]]],
      [false, []],
    ])('of the caller discards the answer; callee that can be interrupted: %s', (canBeInterrupted, toCallee) => {
      const { realm, caller, callee } = pair(canBeInterrupted ? {} : { callee: { callee: {} } });
      caller.says([48, 1, { timeout: 100 }, 'com.p']);
      callee.heard();
      realm.leave(caller);
      expect(callee.heard()).toEqual(toCallee);
      callee.says([70, 1, {}, ['late']]);
      expect(caller.heard()).toEqual([]);
      expect(realm.dealer.inFlight).toBe(0);
      expect(realm.dealer.nextDeadline()).toBeUndefined();
    });

    it('of a session that calls itself says nothing to it', () => {
      const { realm, callee } = pair();
      callee.says([48, 2, {}, 'com.p']);
      callee.heard();
      realm.leave(callee);
      realm.leave(callee);
      expect(callee.heard()).toEqual([]);
      expect(realm.dealer.inFlight).toBe(0);
      expect(realm.dealer.registrationCount).toBe(0);
    });

    it('hears nothing of messages that were still on their way', () => {
      const { realm, caller, callee } = pair();
      caller.says([48, 1, {}, 'com.p']);
      realm.leave(callee);
      callee.heard();
      callee.says([70, 1, {}]);
      callee.says([64, 2, {}, 'com.q']);
      callee.says([66, 3, 1]);
      callee.says([48, 4, {}, 'com.p']);
      expect(callee.heard()).toEqual([]);
      expect(realm.dealer.registrationCount).toBe(0);
    });
  });
});
