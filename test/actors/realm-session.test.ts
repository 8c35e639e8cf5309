import { SimulatedClock } from 'xstate';
import type { RouterLink } from '../../actors/admission.js';
import { RealmSession } from '../../actors/realm-session.js';
import { SerializationError } from '../../src/errors.js';
import { EVERY_RIGHT } from '../../src/routing/rights.js';
import { toList } from '../../src/wamp/codec.js';
import type { Dict, Message } from '../../src/wamp/message.js';
import type { List } from '../../src/wamp/values.js';

const EVENT: Message<'EVENT'> = { type: 'EVENT', subscription: 1, publication: 2, details: {} };

class Link implements RouterLink {
  readonly address = 'linked:test';
  queued = 0;
  tooLong = false;
  readonly sent: List[] = [];
  readonly ends: unknown[][] = [];

  send(message: Message): void {
    if (this.tooLong) throw new SerializationError('args[0]', 'too long');
    this.sent.push(toList(message));
  }

  pause(): void {}
  resume(): void {}
  take(): void {}
  fail(error: unknown): void {
    this.ends.push(['fail', error]);
  }

  abort(...how: unknown[]): void {
    this.ends.push(['ABORT', ...how]);
  }

  goodbye(...how: unknown[]): void {
    this.ends.push(['GOODBYE', ...how]);
  }
}

function join({
  details = {},
  strictIds = true,
  dropsEvents = false,
}: {
  details?: Dict;
  strictIds?: boolean;
  dropsEvents?: boolean;
} = {}) {
  const clock = new SimulatedClock();
  clock.increment(70);
  const link = new Link();
  const limits: string[] = [];
  let slow = 0;
  const principal = { authid: 'joe', authrole: 'user', authprovider: 'static', authmethod: 'ticket' };
  const session = new RealmSession(
    { session: 7, principal, details, link },
    {
      name: 'realm1',
      clock: clock as never,
      strictIds,
      maxQueued: 100,
      rights: EVERY_RIGHT,
      dropsEvents,
      reached: (limit) => void limits.push(limit),
      slow: () => {
        slow += 1;
      },
    },
  );
  const settled = () => Promise.resolve();
  return { clock, link, limits, session, slow: () => slow, settled };
}

const DOES_NOT_READ = [
  'ABORT',
  'wamp.error.network_failure',
  'the session does not read what it is sent: more than 100 octets were waiting',
];

describe('RealmSession', () => {
  it('shows itself as data: who, from where, since when, how much', () => {
    const { link, session } = join({ details: { agent: 'autobahn\u001B[2J' } });
    session.send(EVENT);
    link.queued = 12;
    expect(session.view).toEqual({
      id: 7,
      realm: 'realm1',
      authid: 'joe',
      authrole: 'user',
      authmethod: 'ticket',
      // What a client says of itself may be meant for the terminal of whoever reads it.
      agent: expect.not.stringContaining('\u001B'),
      address: 'linked:test',
      since: 70,
      sent: 1,
      dropped: 0,
      queued: 12,
    });
    expect(session.view.agent).toContain('autobahn');
  });

  it.each([[{}], [{ agent: 7 }]])('has no agent when HELLO names none: %j', (details) => {
    expect(join({ details }).session.view.agent).toBeUndefined();
  });

  it('says of each message whether it was sent', () => {
    const { link, session } = join();
    expect(session.send(EVENT)).toBe(true);
    link.tooLong = true;
    expect(session.send(EVENT)).toBe(false);
    expect(link.sent).toEqual([[36, 1, 2, {}]]);
    expect(session.view).toMatchObject({ sent: 1, dropped: 1 });
  });

  it('passes on how it is to end', () => {
    const { link, session } = join();
    session.abort('wamp.error.unavailable', 'maintenance');
    session.goodbye('wamp.close.killed');
    expect(link.ends).toEqual([
      ['ABORT', 'wamp.error.unavailable', 'maintenance'],
      ['GOODBYE', 'wamp.close.killed', undefined],
    ]);
  });

  it('sends nothing more once it is over, and leaves no timer', async () => {
    const { clock, link, session, settled, slow } = join();
    link.queued = 101;
    session.send(EVENT);
    session.end();
    expect(session.send(EVENT)).toBe(false);
    clock.increment(10_000);
    await settled();
    expect([link.sent.length, link.ends, slow()]).toEqual([1, [], 0]);
  });

  it('drops events alone for who does not read, where that is the policy, and counts each', () => {
    const { link, limits, session } = join({ dropsEvents: true });
    link.queued = 101;
    expect(session.send(EVENT)).toBe(false);
    expect(session.send({ type: 'RESULT', request: 1, details: {} })).toBe(true);
    link.queued = 10_000;
    expect(session.send(EVENT)).toBe(false);
    expect([limits, link.ends, session.view.dropped]).toEqual([['queued', 'queued'], [], 2]);
    link.queued = 100;
    expect(session.send(EVENT)).toBe(true);
    expect(link.sent.map(([type]) => type)).toEqual([50, 36]);
  });

  it('counts that it is given up', () => {
    const { link, limits, session } = join();
    link.queued = 801;
    session.send(EVENT);
    session.send(EVENT);
    expect(limits).toEqual(['queued']);
  });

  it('forgives a burst that is read within a second', async () => {
    const { clock, link, session, settled, slow } = join();
    link.queued = 101;
    expect(session.send(EVENT)).toBe(true);
    clock.increment(999);
    link.queued = 100;
    clock.increment(1);
    await settled();
    expect([link.ends, slow(), session.send(EVENT)]).toEqual([[], 0, true]);
  });

  it('is aborted when more than its limit has waited for a second', async () => {
    const { clock, link, session, settled, slow } = join();
    link.queued = 101;
    session.send(EVENT);
    clock.increment(999);
    expect(slow()).toBe(0);
    clock.increment(1);
    expect(slow()).toBe(1);
    // Broker or dealer may be in the midst of something.
    expect(link.ends).toEqual([]);
    await settled();
    expect(link.ends).toEqual([DOES_NOT_READ]);
    expect(session.send(EVENT)).toBe(false);
  });

  it('is aborted at once when eight times its limit waits', async () => {
    const { link, session, settled, slow } = join();
    link.queued = 800;
    expect(session.send(EVENT)).toBe(true);
    link.queued = 801;
    expect(session.send(EVENT)).toBe(false);
    await settled();
    expect([link.ends, slow()]).toEqual([[DOES_NOT_READ], 1]);
  });

  it.each([
    [true, true],
    [false, false],
  ])('checks request ids as its realm does: strictly %j', (strictIds, refuses) => {
    const { session } = join({ strictIds });
    session.requests.expect(1);
    const check = expect(() => session.requests.expect(9));
    if (refuses) check.toThrow();
    else check.not.toThrow();
  });
});
