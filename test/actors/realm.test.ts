import { createActor, SimulatedClock } from 'xstate';
import type { RouterLink } from '../../actors/admission.js';
import { type OpenRealms, Realm, type RealmOptions, realmMachine } from '../../actors/realm.js';
import { SerializationError } from '../../src/errors.js';
import { fromList, toList } from '../../src/wamp/codec.js';
import type { Message, MessageTable } from '../../src/wamp/message.js';
import type { List } from '../../src/wamp/values.js';
import { exit } from '../../supervisors/exit-reason.js';

/** The session's end of a wire: what it was told, and how it was ended. */
class Link implements RouterLink {
  readonly address = 'test:';
  queued = 0;
  readonly heard: List[] = [];
  readonly ends: unknown[][] = [];
  refuses: (message: Message) => boolean = () => false;

  send(message: Message): void {
    if (this.refuses(message)) throw new SerializationError('[4]', 'too long');
    this.heard.push(toList(message));
  }

  pause(): void {}
  resume(): void {}
  take(): void {}
  fail(error: unknown): void {
    this.ends.push(['fail', error]);
  }

  abort(reason: string, message: string): void {
    this.ends.push(['ABORT', reason, message]);
  }

  goodbye(reason: string, message?: string): void {
    this.ends.push(['GOODBYE', reason, message]);
  }
}

function open(options: RealmOptions = {}) {
  const clock = new SimulatedClock();
  const realm = new Realm('realm1', options, clock as never);
  let sessions = 0;
  const join = () => {
    sessions += 1;
    const link = new Link();
    const principal = { authid: `a${sessions}`, authrole: 'r', authprovider: 'static', authmethod: 'anonymous' };
    const details = { roles: { caller: {}, callee: {} }, agent: 'test\n1' };
    const table = realm.join({ session: sessions, principal, details, link });
    return { id: sessions, link, say: (list: List) => take(table, list) };
  };
  return { clock, realm, join };
}

function take(table: MessageTable, list: List): void {
  const message = fromList(list);
  (table[message.type] as (message: Message) => void)(message);
}

describe('Realm', () => {
  it('ends calls at their deadlines, with one timer', () => {
    const { clock, realm, join } = open();
    const [callee, caller] = [join(), join()];
    callee.say([64, 1, {}, 'com.p']);
    const setTimeout = jest.spyOn(clock, 'setTimeout');
    for (const [request, timeout] of [
      [1, 300],
      [2, 100],
      [3, 200],
    ] as const) {
      caller.say([48, request, { timeout }, 'com.p']);
    }
    expect(setTimeout).toHaveBeenCalledTimes(2); // The first, and the one that is earlier.
    const timedOut = () => caller.link.heard.map((list) => list[2]);
    clock.increment(99);
    expect(timedOut()).toEqual([]);
    clock.increment(1);
    expect(timedOut()).toEqual([2]);
    clock.increment(100);
    expect(timedOut()).toEqual([2, 3]);
    clock.increment(100);
    expect(timedOut()).toEqual([2, 3, 1]);
    expect(realm.stats()).toMatchObject({ timedOut: 3, callsInFlight: 0 });
  });

  it('sets no timer for calls without a timeout', () => {
    const { clock, join } = open();
    const session = join();
    const setTimeout = jest.spyOn(clock, 'setTimeout');
    session.say([64, 1, {}, 'com.p']);
    session.say([48, 2, {}, 'com.p']);
    expect(setTimeout).not.toHaveBeenCalled();
  });

  describe('a session that does not read', () => {
    const limits = { queued: 1_000 };
    const aborted = ['ABORT', 'wamp.error.network_failure', expect.stringContaining('more than 1000 octets')];

    it('is aborted when it is over its limit for a second, and is sent no more', async () => {
      const { clock, realm, join } = open({ limits });
      const [slow, publisher] = [join(), join()];
      slow.say([32, 1, {}, 'com.t']);
      slow.link.queued = 1_001;
      publisher.say([16, 1, {}, 'com.t']);
      clock.increment(999);
      publisher.say([16, 2, {}, 'com.t']);
      expect(slow.link.heard).toHaveLength(3);
      clock.increment(1);
      publisher.say([16, 3, {}, 'com.t']);
      await Promise.resolve();
      expect(slow.link.heard).toHaveLength(3);
      expect(slow.link.ends).toEqual([aborted]);
      expect(realm.stats()).toMatchObject({ slow: 1, events: 2, publications: 3 });
      expect(realm.sessions.get(slow.id)?.view).toMatchObject({ sent: 3, dropped: 1 });
    });

    it('is forgiven when it has caught up by then', async () => {
      const { clock, realm, join } = open({ limits });
      const [slow, publisher] = [join(), join()];
      slow.say([32, 1, {}, 'com.t']);
      for (let burst = 1; burst <= 3; burst += 1) {
        slow.link.queued = 5_000;
        publisher.say([16, burst, {}, 'com.t']);
        slow.link.queued = 1_000;
        clock.increment(1_000);
      }
      await Promise.resolve();
      expect(slow.link.ends).toEqual([]);
      expect(realm.stats()).toMatchObject({ slow: 0, events: 3 });
    });

    it('is aborted at once at eight times its limit, though later than the message that it cannot have', async () => {
      const { realm, join } = open({ limits });
      const [slow, publisher] = [join(), join()];
      slow.say([32, 1, {}, 'com.t']);
      slow.link.queued = 8_001;
      publisher.say([16, 1, {}, 'com.t']);
      publisher.say([16, 2, {}, 'com.t']);
      expect(slow.link.ends).toEqual([]);
      await Promise.resolve();
      expect(slow.link.ends).toEqual([aborted]);
      expect(slow.link.heard).toEqual([[33, 1, 1]]);
      expect(realm.stats().slow).toBe(1);
    });

    it('that has left is not aborted any more', async () => {
      const { clock, realm, join } = open({ limits });
      const slow = join();
      slow.link.queued = 1_001;
      slow.say([32, 1, {}, 'com.t']);
      realm.leave(slow.id);
      clock.increment(1_000);
      await Promise.resolve();
      expect(slow.link.ends).toEqual([]);
    });
  });

  it('answers the caller when a result is too long to be sent', () => {
    const { join } = open();
    const session = join();
    session.say([64, 1, {}, 'com.p']);
    session.say([48, 2, {}, 'com.p']);
    session.link.refuses = ({ type }) => type === 'RESULT';
    session.say([70, 1, {}, ['long']]);
    expect(session.link.heard.at(-1)).toEqual([8, 48, 2, {}, 'wamp.error.payload_size_exceeded', [expect.any(String)]]);
  });

  it('forgets who leaves, and does nothing for who has left', () => {
    const { realm, join } = open();
    const session = join();
    session.say([32, 1, {}, 'com.t']);
    session.say([64, 2, {}, 'com.p']);
    realm.leave(session.id);
    realm.leave(session.id);
    session.say([16, 3, { acknowledge: true }, 'com.t']);
    expect(session.link.heard).toEqual([
      [33, 1, 1],
      [65, 2, 1],
    ]);
    expect(realm.stats()).toMatchObject({ sessions: 0, joined: 1, subscriptions: 0, registrations: 0 });
  });

  it('passes limits on', () => {
    const { join } = open({ limits: { subscriptions: 0, registrations: 0, calls: 0 }, strictIds: false });
    const session = join();
    session.say([32, 10, {}, 'com.t']);
    session.say([64, 20, {}, 'com.p']);
    expect(session.link.heard.map((list) => list[4])).toEqual(['wamp.error.unavailable', 'wamp.error.unavailable']);
  });

  it('passes on that nobody is to be disclosed', () => {
    const { join } = open({ disclosure: false });
    const session = join();
    session.say([64, 1, {}, 'com.p']);
    session.say([48, 2, { disclose_me: true }, 'com.p']);
    session.say([16, 3, { disclose_me: true, acknowledge: true }, 'com.t']);
    const disallowed = 'wamp.error.option_disallowed.disclose_me';
    expect(session.link.heard.slice(1).map((list) => list[4])).toEqual([disallowed, disallowed]);
  });

  it('shows who a session is, fit for a terminal', () => {
    const { realm, join } = open();
    const { id } = join();
    expect(realm.sessions.get(id)?.view).toEqual({
      id,
      realm: 'realm1',
      authid: 'a1',
      authrole: 'r',
      authmethod: 'anonymous',
      agent: 'test 1',
      address: 'test:',
      since: 0,
      sent: 0,
      dropped: 0,
      queued: 0,
    });
    expect(JSON.stringify(realm)).toBe('{"name":"realm1","sessions":1}');
  });
});

describe('realmMachine', () => {
  const start = (realms: OpenRealms, realm: Realm) => {
    const actor = createActor(realmMachine, { input: { name: 'realm1', make: () => realm, open: realms } });
    return actor.start();
  };

  it('is open from its start until it is asked to shut down, and ends with that reason', () => {
    const realms: OpenRealms = new Map();
    const { realm } = open();
    const actor = start(realms, realm);
    expect(realms.get('realm1')).toBe(realm);
    actor.send({ type: 'supervisor.shutdown', reason: 'shutdown' });
    expect(realms.size).toBe(0);
    expect(actor.getSnapshot()).toMatchObject({ status: 'done', value: 'closed', output: exit('shutdown') });
  });

  it('aborts whoever is still there when it ends, also when it is killed', () => {
    const realms: OpenRealms = new Map();
    const { realm, join } = open();
    const session = join();
    start(realms, realm).stop();
    expect(session.link.ends).toEqual([['ABORT', 'wamp.close.system_shutdown', 'the realm was closed']]);
    expect([realms.size, realm.sessions.size]).toEqual([0, 0]);
  });

  it('holds no secret that an inspector could show', () => {
    const auth = { users: { joe: { ticket: 'hidden-secret' } } };
    const { realm } = open({ auth });
    const actor = start(new Map(), realm);
    expect(JSON.stringify(actor.getPersistedSnapshot())).not.toContain('hidden-secret');
    actor.stop();
  });
});
