import { Inbox } from '../../actors/inbox.js';
import type { Message } from '../../src/wamp/message.js';

const event = (publication: number): Message<'EVENT'> => ({ type: 'EVENT', subscription: 1, publication, details: {} });
const invocation = (request: number): Message<'INVOCATION'> => ({
  type: 'INVOCATION',
  request,
  registration: 2,
  details: {},
});
const interrupt = (request: number, mode: string): Message<'INTERRUPT'> => ({
  type: 'INTERRUPT',
  request,
  options: { mode },
});
const RESULT: Message<'RESULT'> = { type: 'RESULT', request: 9, details: {} };

const name = (message: Message) =>
  message.type === 'EVENT'
    ? `e${message.publication}`
    : message.type === 'INVOCATION'
      ? `i${message.request}`
      : message.type;

/** An inbox between a wire and handlers that begin with each message and end when the test says so. */
function setUp({ concurrency = 2, limit = 2, pauses = true, tells = true } = {}) {
  const log: string[] = [];
  const state = { running: 0, awaitsReplies: false, queued: 0, known: new Set<number>() };
  let flushed: (() => void)[] = [];
  const inbox = new Inbox(
    { concurrency, limit, highWater: 100 },
    {
      get queued() {
        return state.queued;
      },
      flushed(then) {
        if (tells) flushed.push(then);
        return tells;
      },
      take(message) {
        state.running += 1;
        log.push(name(message));
      },
      pause() {
        log.push('pause');
        return pauses;
      },
      resume: () => log.push('resume'),
    },
    {
      get running() {
        return state.running;
      },
      get awaitsReplies() {
        return state.awaitsReplies;
      },
      knows: (request) => state.known.has(request),
      refuse: ({ request }) => log.push(`refused i${request}`),
      cancel: ({ request }, isAnswered) => log.push(`${isAnswered ? 'forgot' : 'canceled'} i${request}`),
      dropped: () => log.push('dropped'),
      behind: () => log.push('behind'),
    },
  );
  return {
    inbox,
    state,
    log,
    come(...messages: Message[]) {
      for (const message of messages) {
        if (!inbox.admits(message)) continue;
        if (message.type === 'EVENT' || message.type === 'INVOCATION') state.running += 1;
        log.push(name(message));
      }
    },
    settle(count = 1) {
      for (let settled = 0; settled < count; settled += 1) {
        state.running -= 1;
        inbox.proceed();
      }
    },
    flush() {
      state.queued = 0;
      const told = flushed;
      flushed = [];
      for (const then of told) then();
    },
    /** What was told since last time. */
    told: () => log.splice(0),
  };
}

describe('an inbox', () => {
  it('lets all pass while few handlers are at work', () => {
    const { come, told } = setUp();
    come(event(1), invocation(1), RESULT);
    expect(told()).toEqual(['e1', 'i1', 'RESULT']);
  });

  it('keeps what comes while as many are at work as may, in its order, and tells so once', () => {
    const { come, settle, inbox, told } = setUp();
    come(event(1), event(2), event(3), invocation(4));
    expect([told(), inbox.waiting]).toEqual([['e1', 'e2', 'behind'], 2]);
    settle();
    // What comes now is not first.
    come(event(5));
    settle();
    settle();
    come(event(6), event(7));
    expect(told()).toEqual(['e3', 'i4', 'e5']);
  });

  it('lets replies pass by what waits: a handler may be waiting for one', () => {
    const { come, told } = setUp();
    come(event(1), event(2), event(3), RESULT);
    expect(told()).toEqual(['e1', 'e2', 'behind', 'RESULT']);
  });

  it('has the connection read no more when it is full, keeps what still comes, and reads on when it is half empty', () => {
    const { come, settle, inbox, told } = setUp();
    come(event(1), event(2), event(3), event(4));
    expect([told(), inbox.isPaused]).toEqual([['e1', 'e2', 'behind'], false]);
    come(event(5), event(6));
    expect([told(), inbox.isPaused, inbox.waiting]).toEqual([['pause'], true, 4]);
    settle(2);
    expect([told(), inbox.waiting]).toEqual([['e3', 'e4'], 2]);
    settle();
    expect([told(), inbox.isPaused]).toEqual([['e5', 'resume'], false]);
  });

  it('reads on while replies are due, and refuses calls and drops the oldest events when it is full', () => {
    const { come, settle, state, told } = setUp();
    state.awaitsReplies = true;
    come(event(1), event(2), event(3), invocation(4));
    told();
    come(invocation(5), event(6));
    expect(told()).toEqual(['refused i5', 'dropped']);
    settle(2);
    expect(told()).toEqual(['i4', 'e6']);
  });

  it('drops an event that comes when only calls wait', () => {
    const { come, settle, state, told } = setUp();
    state.awaitsReplies = true;
    come(event(1), event(2), invocation(3), invocation(4), event(5));
    settle(2);
    expect(told()).toEqual(['e1', 'e2', 'behind', 'dropped', 'i3', 'i4']);
  });

  it('reads on as soon as a reply is due', () => {
    const { come, inbox, told } = setUp();
    come(event(1), event(2), event(3), event(4), event(5));
    told();
    inbox.replyDue();
    inbox.replyDue();
    expect([told(), inbox.isPaused]).toEqual([['resume'], false]);
  });

  it('refuses and drops on a transport that cannot be paused', () => {
    const { come, told } = setUp({ pauses: false });
    come(event(1), event(2), event(3), event(4), invocation(5));
    expect(told()).toEqual(['e1', 'e2', 'behind', 'pause', 'refused i5']);
  });

  it.each([
    ['kill', ['canceled i3']],
    ['skip', ['canceled i3']],
    ['killnowait', ['forgot i3']],
  ])('drops a call that is interrupted while it waits, and answers it as mode %s has it', (mode, answers) => {
    const { come, settle, inbox, told } = setUp();
    come(event(1), event(2), invocation(3), invocation(4));
    told();
    come(interrupt(3, mode), interrupt(1, mode));
    expect([told(), inbox.waiting]).toEqual([[...answers, 'INTERRUPT'], 1]);
    settle();
    expect(told()).toEqual(['i4']);
  });

  it('keeps the parts of a call together, and lets those pass whose endpoint is at work', () => {
    const part = (request: number): Message<'INVOCATION'> => ({ ...invocation(request), details: { progress: true } });
    const { come, settle, state, inbox, told } = setUp({ limit: 10 });
    come(event(1), event(2), part(3), event(4), part(3));
    expect([told(), inbox.waiting]).toEqual([['e1', 'e2', 'behind'], 3]);
    settle();
    state.known.add(3);
    expect([told(), inbox.waiting]).toEqual([['i3', 'i3'], 1]);
    come(part(3), invocation(3));
    expect([told(), inbox.waiting]).toEqual([['i3', 'i3'], 1]);
  });

  it('refuses a call in parts as a whole', () => {
    const part: Message<'INVOCATION'> = { ...invocation(3), details: { progress: true } };
    const { come, state, inbox, told } = setUp();
    state.awaitsReplies = true;
    come(event(1), event(2), part, event(4), part);
    expect([told(), inbox.waiting]).toEqual([['e1', 'e2', 'behind', 'refused i3'], 1]);
  });

  it('keeps what comes while more is to be sent than may, until that has left', () => {
    const { come, state, flush, told } = setUp();
    state.queued = 101;
    come(invocation(1), invocation(2), RESULT);
    expect(told()).toEqual(['behind', 'RESULT']);
    flush();
    expect(told()).toEqual(['i1', 'i2']);
  });

  it('does not mind what is to be sent where nobody tells when it has left', () => {
    const { come, state, told } = setUp({ tells: false });
    state.queued = 101;
    come(invocation(1), invocation(2));
    expect(told()).toEqual(['behind', 'i1', 'i2']);
  });

  it('forgets what waits when the session takes no more, and reads on', () => {
    const { come, settle, inbox, told } = setUp();
    come(event(1), event(2), event(3), event(4), event(5));
    told();
    inbox.close();
    settle(2);
    expect([told(), inbox.waiting]).toEqual([['resume'], 0]);
  });
});
