/** What the embedded router is put through, and what came of it. Nothing here judges: that is for the table and the tests. */
import { createHash } from 'node:crypto';
import type { SoakTransport } from './framing.js';
import type { RawSession } from './raw-session.js';
import type { Figures, SoakedRouter } from './router-process.js';

type Milliseconds = number;

/** How many sessions may be opening at the same time: a listener’s queue takes some 500, and drops what comes then. */
const OPENING = 200;

/** How often the heap is looked at while sessions come and go, but for the beginning. */
const PARTS = 6;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs `each` for 0 … `times` - 1, so many at the same time. */
async function inParallel(times: number, width: number, each: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < times) await each(next++);
  };
  await Promise.all(Array.from({ length: Math.min(width, times) }, lane));
}

/** What is made once, whoever comes, is no growth: functions that are compiled, shapes, tables that have got their size. */
export async function warmUp(router: SoakedRouter, sessions: number): Promise<void> {
  await inParallel(sessions, 50, async () => {
    await visit(router);
  });
  await gone(router);
}

/** What a session costs over one transport. */
export interface SessionMemory {
  readonly transport: SoakTransport;
  /** Octets of the router's heap for each. */
  readonly heap: number;
  /** Octets of the router's memory for each: what the system has given, sockets' buffers in the kernel apart. */
  readonly rss: number;
}

export interface Idle {
  readonly sessions: number;
  readonly memory: readonly SessionMemory[];
  /** How many timers there were more than before. */
  readonly timers: number;
  /** Milliseconds of processor time for each second that nothing was done in. */
  readonly cpuPerSecond: number;
  /** Octets of heap that were left, for each, when all had gone. */
  readonly leftPerSession: number;
  readonly opened: Milliseconds;
}

/** Sessions that do nothing, an equal share over each transport, one transport after the other. */
export async function idle(router: SoakedRouter, sessions: number, quiet: Milliseconds): Promise<Idle> {
  const before = await router.figures();
  const begun = performance.now();
  const held: RawSession[] = [];
  const memory: SessionMemory[] = [];
  let during = before;
  for (const [at, transport] of router.transports.entries()) {
    const [from, empty] = [held.length, during];
    const share = Math.round((sessions * (at + 1)) / router.transports.length) - from;
    await inParallel(share, OPENING, async () => void held.push(await router.open(transport)));
    during = await router.figures();
    memory.push({
      transport,
      heap: (during.heapUsed - empty.heapUsed) / share,
      rss: (during.rss - empty.rss) / share,
    });
  }
  const opened = performance.now() - begun;
  const still = performance.now();
  await pause(quiet);
  const after = await router.figures();
  const seconds = (performance.now() - still) / 1e3;
  await inParallel(sessions, OPENING, (n) => (held[n] as RawSession).leave());
  await gone(router);
  const end = await router.figures();
  return {
    sessions: during.sessions,
    memory,
    timers: during.timers - before.timers,
    cpuPerSecond: (after.cpu - during.cpu) / seconds,
    leftPerSession: (end.heapUsed - before.heapUsed) / sessions,
    opened,
  };
}

/** Until the router knows of no session any more. */
async function gone(router: SoakedRouter): Promise<Figures> {
  let figures = await router.figures();
  while (figures.sessions > 0) {
    await pause(20);
    figures = await router.figures();
  }
  return figures;
}

export interface Churn {
  readonly sessions: number;
  /** Sessions a second that came, published, and went. */
  readonly rate: number;
  readonly asked: number;
  /** That did not end by a GOODBYE of the router's. */
  readonly failed: number;
  /** Octets by which the heap grew for each session, by the line through all looks. */
  readonly growth: number;
  /** Milliseconds that the router's event loop was late at most. */
  readonly late: number;
  /** Milliseconds of processor time for each session. */
  readonly cpuPerSession: number;
}

/**
 * Sessions that come, subscribe, and go: as many a second as asked, as far as this machine can.
 *
 * @param seconds how long
 */
export async function churn(router: SoakedRouter, perSecond: number, seconds: number): Promise<Churn> {
  const first = await router.figures();
  const looks: (readonly [sessions: number, heapUsed: number])[] = [[0, first.heapUsed]];
  let [sessions, failed, late, took] = [0, 0, 0, 0];
  let last = first;
  for (let part = 0; part < PARTS; part++) {
    const begun = performance.now();
    const under = new Set<Promise<unknown>>();
    const before = sessions;
    const span = (seconds * 1e3) / PARTS;
    while (performance.now() - begun < span) {
      const due = before + Math.floor(((performance.now() - begun) / 1e3) * perSecond);
      while (sessions < due && under.size < 2 * OPENING) {
        sessions += 1;
        const visited = visit(router).then((isGood) => {
          if (!isGood) failed += 1;
          under.delete(visited);
        });
        under.add(visited);
      }
      await pause(1);
    }
    await Promise.all(under);
    took += performance.now() - begun;
    // Looked at when all have gone: those that are there are no growth.
    last = await gone(router);
    late = Math.max(late, last.late);
    looks.push([sessions, last.heapUsed]);
  }
  return {
    sessions,
    rate: (1e3 * sessions) / took,
    asked: perSecond,
    failed,
    growth: slope(looks),
    late,
    cpuPerSession: (last.cpu - first.cpu) / sessions,
  };
}

/** One session from HELLO to GOODBYE, with a subscription and an acknowledged publication. */
async function visit(router: SoakedRouter): Promise<boolean> {
  const session = router.connect();
  const acknowledged = new Promise<void>((resolve) => {
    session.onList = ([type]) => {
      if (type === 17) resolve();
    };
  });
  try {
    await session.welcomed;
    session.say([32, 1, {}, 'com.example.churn']);
    session.say([16, 2, { acknowledge: true }, 'com.example.churn.other']);
    await Promise.race([acknowledged, session.ended]);
    await session.leave();
    return (await session.ended) === 'GOODBYE';
  } catch {
    session.drop();
    return false;
  }
}

/** Of the line with the least squares. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (at: 0 | 1) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const square = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return square === 0 ? 0 : points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / square;
}

export interface Sleeper {
  /** How many stopped reading. */
  readonly asleep: number;
  /** Events a second that came to each of the others: before, and while some did not read. */
  readonly before: number;
  readonly during: number;
  /** Octets by which the router's memory grew at most while they did not read. */
  readonly grown: number;
  /** Sessions that were aborted for it. */
  readonly aborted: number;
}

/** Octets a second to each subscriber: in some seconds more than the system's buffers and the router's take. */
const TO_EACH = 4_000_000;

/** A subscriber over each transport that stops reading, among others that go on. */
export async function sleeper(
  router: SoakedRouter,
  others: number,
  perSecond: number,
  seconds: number,
): Promise<Sleeper> {
  const topic = 'com.example.sleeper';
  let heard = 0;
  const readers: RawSession[] = [];
  const onEvent = () => {
    heard += 1;
  };
  for (let n = 0; n < others; n++) readers.push(await subscriber(router, topic, onEvent));
  const publisher = await router.open();
  const stream = new Stream(publisher, topic, perSecond);
  const rateOver = async (span: Milliseconds, each: () => Promise<void>): Promise<number> => {
    const [begun, from] = [performance.now(), heard];
    while (performance.now() - begun < span) {
      await pause(250);
      await each();
    }
    return ((heard - from) / (performance.now() - begun) / others) * 1e3;
  };
  await pause(250);
  const before = await rateOver(500 * seconds, async () => {});
  const asleep: RawSession[] = [];
  for (const transport of router.transports) asleep.push(await subscriber(router, topic, () => {}, transport));
  const { rss, slow } = await router.figures();
  for (const session of asleep) session.sleep();
  let [grown, aborted] = [0, 0];
  const during = await rateOver(1e3 * seconds, async () => {
    const figures = await router.figures();
    grown = Math.max(grown, figures.rss - rss);
    aborted = figures.slow - slow;
  });
  stream.stop();
  for (const session of [...readers, publisher, ...asleep]) session.drop();
  await gone(router);
  return { asleep: asleep.length, before, during, grown, aborted };
}

async function subscriber(
  router: SoakedRouter,
  topic: string,
  onEvent: (args: readonly unknown[]) => void,
  transport?: SoakTransport,
): Promise<RawSession> {
  const session = await router.open(transport);
  await new Promise<void>((resolve) => {
    session.onList = (list) => {
      if (list[0] === 33) resolve();
      if (list[0] === 36) onEvent(list[4] as readonly unknown[]);
    };
    session.say([32, 1, {}, topic]);
  });
  return session;
}

/** Publishes so many a second, and no more at a time than a tenth of it. */
class Stream {
  readonly #timer: NodeJS.Timeout;

  constructor(publisher: RawSession, topic: string, perSecond: number) {
    const payload = 'x'.repeat(TO_EACH / perSecond);
    let request = 0;
    const begun = performance.now();
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - begun) / 1e3) * perSecond);
      for (const end = Math.min(due, request + perSecond / 10); request < end; ) {
        publisher.say([16, ++request, {}, topic, [payload]]);
      }
    }, 5);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

export interface Ledger {
  readonly acknowledged: number;
  readonly subscribers: number;
  /** Events that a subscriber should have had for an acknowledged publication, and had not. */
  readonly lost: number;
  readonly doubled: number;
  /** Of one publisher's, and after a later one of its own. */
  readonly disordered: number;
  /** Whose digest was not that of what came. */
  readonly spoilt: number;
  readonly perSecond: number;
  /** Milliseconds of the router's processor time for each event that it sent. */
  readonly cpuPerEvent: number;
}

/** Publishers whose every publication is acknowledged, numbered and signed with a digest, while sessions come and go. */
export async function ledger(
  router: SoakedRouter,
  publishers: number,
  each: number,
  subscribers: number,
): Promise<Ledger> {
  const topic = 'com.example.ledger';
  const books = Array.from({ length: subscribers }, () => new Map<number, number[]>());
  let spoilt = 0;
  let heard = 0;
  const readers: RawSession[] = [];
  for (const book of books) {
    const onEvent = ([publisher, seq, text, sha]: readonly unknown[]) => {
      heard += 1;
      if (digest(String(text)) !== sha) spoilt += 1;
      const numbers = book.get(publisher as number) ?? [];
      numbers.push(seq as number);
      book.set(publisher as number, numbers);
    };
    readers.push(await subscriber(router, topic, onEvent));
  }
  const before = await router.figures();
  const begun = performance.now();
  let acknowledged = 0;
  let isOver = false;
  const visits = (async () => {
    while (!isOver) await visit(router);
  })();
  await inParallel(publishers, publishers, async (publisher) => {
    const session = await router.open();
    await new Promise<void>((resolve) => {
      let sent = 0;
      let answered = 0;
      const more = () => {
        if (sent === each) return;
        sent += 1;
        const text = `${publisher}/${sent} ${'é'.repeat(sent % 300)}`;
        session.say([16, sent, { acknowledge: true }, topic, [publisher, sent, text, digest(text)]]);
      };
      session.onList = ([type]) => {
        if (type !== 17) return;
        acknowledged += 1;
        answered += 1;
        if (answered === each) resolve();
        else more();
      };
      // So many are under way at a time.
      for (let n = 0; n < 20; n++) more();
    });
    session.drop();
  });
  isOver = true;
  await visits;
  const took = performance.now() - begun;
  // An event leaves before its publication is acknowledged; the last ones may still be on their way.
  const deadline = performance.now() + 5_000;
  while (heard < acknowledged * subscribers && performance.now() < deadline) await pause(5);
  const after = await router.figures();
  for (const reader of readers) reader.drop();
  await gone(router);
  return {
    acknowledged,
    subscribers,
    ...audit(books, publishers, each),
    spoilt,
    perSecond: (acknowledged / took) * 1e3,
    cpuPerEvent: (after.cpu - before.cpu) / heard,
  };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64');

/** Of books in which every publisher has the numbers 1 … `each`, in this order. */
export function audit(
  books: readonly ReadonlyMap<number, readonly number[]>[],
  publishers: number,
  each: number,
): Pick<Ledger, 'lost' | 'doubled' | 'disordered'> {
  let [lost, doubled, disordered] = [0, 0, 0];
  for (const book of books) {
    for (let publisher = 0; publisher < publishers; publisher++) {
      const numbers = book.get(publisher) ?? [];
      const distinct = new Set(numbers).size;
      lost += each - distinct;
      doubled += numbers.length - distinct;
      disordered += numbers.filter((number, at) => at > 0 && number < (numbers[at - 1] as number)).length;
    }
  }
  return { lost, doubled, disordered };
}
