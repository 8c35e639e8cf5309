import type { Churn, Idle, Ledger, Sleeper } from './phases.js';

export interface Soaked {
  readonly idle: Idle;
  readonly churn: Churn;
  readonly sleeper: Sleeper;
  readonly ledger: Ledger;
}

const MIB = 2 ** 20;
/** More octets than this for a session that has gone are kept by somebody; of few sessions nothing can be said. */
const KEPT = 200;
const NOISE = 3 * MIB;
const isKept = (octets: number, sessions: number): boolean => octets > KEPT && octets * sessions > NOISE;
/** What waits for one session is 8 MiB at most, besides what the engine has not given back yet. */
const FOR_SLEEPERS = 64 * MIB;
const NAMES = { rawsocket: 'RawSocket', websocket: 'WebSocket' };

/** What has to be so on every machine, however busy: rates are none of it. */
export function faults({ idle, churn, sleeper, ledger }: Soaked): string[] {
  const wanted: readonly (readonly [boolean, string])[] = [
    [idle.timers < idle.sessions / 100 + 10, `${idle.sessions} idle sessions have ${idle.timers} timers`],
    [
      idle.memory.every(({ heap }) => idle.leftPerSession < heap / 10) || !isKept(idle.leftPerSession, idle.sessions),
      `${Math.round(idle.leftPerSession)} octets are left of each idle session that has gone`,
    ],
    [churn.failed === 0, `${churn.failed} of ${churn.sessions} sessions that came and went did not end with GOODBYE`],
    [
      !isKept(churn.growth, churn.sessions),
      `the heap grows by ${Math.round(churn.growth)} octets for each session that comes and goes`,
    ],
    [
      sleeper.aborted === sleeper.asleep,
      `${sleeper.aborted} sessions were aborted where ${sleeper.asleep} did not read`,
    ],
    [
      sleeper.grown < FOR_SLEEPERS,
      `the router grew by ${(sleeper.grown / MIB).toFixed()} MiB for ${sleeper.asleep} that did not read`,
    ],
    [sleeper.during > 0.9 * sleeper.before, `others had ${percent(sleeper)} of their events while some did not read`],
    [ledger.lost === 0, `${ledger.lost} events of acknowledged publications were lost`],
    [ledger.doubled === 0, `${ledger.doubled} events came twice`],
    [ledger.disordered === 0, `${ledger.disordered} events came after a later one of their publisher’s`],
    [ledger.spoilt === 0, `${ledger.spoilt} events were not what was published`],
  ];
  return wanted.filter(([isSo]) => !isSo).map(([, said]) => said);
}

const kib = (...octets: readonly number[]): string =>
  octets.map((each) => `${(each / 1_024).toFixed(1)} KiB`).join(', ');
const percent = ({ before, during }: Sleeper): string => `${((100 * during) / before).toFixed()} %`;

export function report({ idle, churn, sleeper, ledger }: Soaked): string {
  const rows: readonly (readonly [string, string])[] = [
    ['idle sessions', String(idle.sessions)],
    ['  opened, a second', (idle.sessions / (idle.opened / 1e3)).toFixed()],
    ...idle.memory.map(
      ({ transport, heap, rss }) =>
        [`  over ${NAMES[transport]}: heap, memory (rss) for each`, kib(heap, rss)] as const,
    ),
    ['  timers for all', String(idle.timers)],
    ['  processor time, a second', `${idle.cpuPerSecond.toFixed()} ms`],
    ['  heap left of each that has gone', `${idle.leftPerSession.toFixed()} octets`],
    ['sessions that came and went', `${churn.sessions}, ${churn.failed} failed`],
    ['  a second', `${churn.rate.toFixed()} of ${churn.asked} asked for`],
    ['  heap’s growth for each', `${churn.growth.toFixed()} octets`],
    ['  processor time for each', `${churn.cpuPerSession.toFixed(2)} ms`],
    ['  event loop late at most', `${churn.late.toFixed()} ms`],
    ['subscribers that do not read: aborted', `${sleeper.aborted} of ${sleeper.asleep}`],
    ['  what the others had of their events', `${percent(sleeper)} of ${sleeper.before.toFixed()} a second`],
    ['  memory at most', `+${(sleeper.grown / MIB).toFixed()} MiB`],
    [
      'acknowledged publications',
      `${ledger.acknowledged}, to ${ledger.subscribers} subscribers, ${ledger.perSecond.toFixed()} a second`,
    ],
    [
      '  lost, doubled, out of order, spoilt',
      [ledger.lost, ledger.doubled, ledger.disordered, ledger.spoilt].join(', '),
    ],
    ['  processor time for each event', `${(1e3 * ledger.cpuPerEvent).toFixed(1)} µs`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
}
