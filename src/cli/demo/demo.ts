import { setTimeout as sleep } from 'node:timers/promises';
import type { WriteStream } from 'node:tty';
import { describeExit, type ExitReason, isNormal, type Report, systemClock } from '../../../supervisors/index.js';
import { SessionAborted, WampError } from '../../errors.js';
import type { Logger } from '../../logger.js';
import type { Peer } from '../../peer/peer.js';
import { type Router, router } from '../../router/router.js';
import { start, type Tree } from '../../start.js';
import { drawTree } from '../tree-drawing.js';
import { house, PEERS } from './house.js';
import { type Figures, Ledger } from './ledger.js';
import { Screen } from './screen.js';
import { Workload } from './workload.js';

export interface DemoOptions {
  /** A router of the user's; without it the embedded one is started. */
  readonly url?: string;
  /** Default `house`. */
  readonly realm?: string;
  /** Stop by itself after so many seconds. Default: when asked to. */
  readonly seconds?: number;
  readonly logger: Logger;
  /** Where the tree is redrawn; without it the log has to do. */
  readonly screen?: WriteStream;
  readonly colours: boolean;
  /** Ends the demonstration in good order. */
  readonly signal: AbortSignal;
  /** The first port to try for the embedded router. Default 8080. */
  readonly port?: number;
}

const ABORT_EVERY = 2_500;
const ABORT_REASON = 'wamp.error.unavailable';
const DRAW_EVERY = 100;
/** How long what is being worked on at the end may take. */
const DRAIN_WITHIN = 3_000;
/** How long the house may take to be whole again, once nobody aborts any more. */
const SETTLE_WITHIN = 3_000;

/** The main job, for everybody to see: a tree of peers that survives an ABORT every few seconds. */
export async function demo(options: DemoOptions): Promise<Figures> {
  const { logger, realm = 'house' } = options;
  const local = options.url === undefined ? await localRouter(realm, options.port ?? 8_080, logger) : undefined;
  const ledger = new Ledger();
  const workload: { current?: Workload } = {};
  const tree = start(
    house({
      url: options.url ?? local?.url ?? '',
      realm,
      ledger,
      onCelsius: (celsius) => workload.current?.regulate(celsius),
    }),
    { logger, inspect: true, onReport: (report) => count(ledger, report) },
  );
  const peers = PEERS.map((id) => tree.peer(id));
  // The house stands without it too; why it could not be had is in the log.
  const inspector = await tree.inspector?.catch(() => undefined);
  const screen = options.screen === undefined ? undefined : new Screen(options.screen);
  const draw = () => screen?.draw(picture(tree, ledger, { ...options, realm }, screen.columns, inspector?.url, local));
  const drawing = screen && setInterval(draw, DRAW_EVERY);
  const over = new AbortController(); // Whatever still waits when all is done ends with it.
  const signal = AbortSignal.any([options.signal, over.signal]);
  let finished: Promise<void> = Promise.resolve();
  let nobody: string | undefined;
  try {
    logger.info({ router: options.url ?? local?.url, realm, inspector: inspector?.url }, 'the house is starting');
    const time = forSeconds(options.seconds, signal);
    await Promise.race([tree.ready, time]);
    workload.current = new Workload(tree, ledger, systemClock);
    workload.current.start();
    const aborting = setInterval(() => abortSomebody(peers, local, logger), ABORT_EVERY);
    // The last seconds belong to whoever was aborted last: it is to be seen coming back.
    await Promise.race([time, tree.exited]);
    clearInterval(aborting);
    finished = workload.current.finish();
    await Promise.race([Promise.all([allJoined(peers), finished]), forSeconds(SETTLE_WITHIN / 1_000, over.signal)]);
    draw();
  } finally {
    nobody = whyNobodyJoined(peers); // before their last exit is that of the house
    over.abort();
    await tree.drain({ within: DRAIN_WITHIN });
    await finished; // Whatever waited for a peer that did not come back has been refused by now.
    if (drawing !== undefined) clearInterval(drawing);
    screen?.close();
    await local?.stop();
  }
  return figures(await tree.exited, nobody, peers, ledger);
}

async function localRouter(realm: string, first: number, logger: Logger): Promise<Router> {
  for (let port = first; ; port += 1) {
    try {
      const local = await router({ realm, port, logger });
      if (port !== first) logger.warn({ busy: first, port }, `port ${first} is busy; the router listens on ${port}`);
      return local;
    } catch (error) {
      const code = error instanceof WampError && (error.cause as { code?: unknown } | undefined)?.code;
      if (code !== 'EADDRINUSE' || port - first > 100) throw error;
    }
  }
}

function count(ledger: Ledger, report: Report): void {
  if (report.type === 'started' && report.incarnation > 1) ledger.restarts += 1;
  if (report.type === 'exited' && report.reason instanceof SessionAborted) ledger.aborts += 1;
}

/** The embedded router aborts; a foreign one cannot be told to, so there the peer itself does. */
function abortSomebody(peers: readonly Peer[], local: Router | undefined, logger: Logger): void {
  const up = peers.filter(({ session }) => session !== undefined);
  const victim = up[Math.floor(Math.random() * up.length)];
  if (victim?.session === undefined) return;
  logger.info({ peer: victim.name, reason: ABORT_REASON }, 'ABORT');
  if (local === undefined) victim.abort(ABORT_REASON, 'the demonstration aborts a random session');
  else local.abort(victim.session.id, ABORT_REASON, 'the demonstration aborts a random session');
}

function forSeconds(seconds: number | undefined, signal: AbortSignal): Promise<void> {
  if (seconds === undefined) return stopped(signal);
  return sleep(seconds * 1_000, undefined, { signal }).catch(() => {});
}

function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function allJoined(peers: readonly Peer[]): Promise<void> {
  await Promise.allSettled(peers.map((peer) => peer.joined()));
}

/** A house without a router has run as long as it was to, and has shown nothing. */
function whyNobodyJoined(peers: readonly Peer[]): string | undefined {
  const [first] = peers;
  if (first === undefined || peers.some((peer) => peer.stats().sessions > 0)) return undefined;
  const reasons = peers.map(({ lastExit }) => lastExit);
  return `no peer has joined: ${describeExit(reasons.find((reason) => reason instanceof Error) ?? first.lastExit)}`;
}

function figures(reason: ExitReason, nobody: string | undefined, peers: readonly Peer[], ledger: Ledger): Figures {
  return {
    calls: ledger.calls,
    events: ledger.events,
    aborts: ledger.aborts,
    restarts: ledger.restarts,
    lostEvents: ledger.lostEvents,
    unsettled: peers.reduce((sum, peer) => sum + peer.stats().unsettled, 0),
    exit: isNormal(reason) ? (nobody ?? 'normal') : describeExit(reason),
  };
}

function picture(
  tree: Tree,
  ledger: Ledger,
  { url, realm, colours }: DemoOptions & { readonly realm: string },
  columns: number,
  inspector: string | undefined,
  local: Router | undefined,
): string[] {
  const { calls, events, aborts, restarts, failures } = ledger;
  return [
    '',
    `  router     ${url ?? local?.url}  realm ${realm}`,
    `  inspector  ${inspector ?? ''}`,
    '',
    ...drawTree(tree.view(), 'house', { columns: columns - 2, colours, now: systemClock.now() }).map(
      (line) => `  ${line}`,
    ),
    '',
    `  ${calls} calls answered, ${events} events heard, ${failures} requests failed; ABORTs: ${aborts}, restarts: ${restarts}`,
    '  Ctrl-C stops it.',
    '',
  ];
}
