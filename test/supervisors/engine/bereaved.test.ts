import { SimulatedClock } from 'xstate';
import {
  type ChildHandle,
  type ChildSpec,
  type Report,
  sendExit,
  start,
  supervisor,
} from '../../../supervisors/index.js';
import { settle } from '../support/settle.js';
import { worker } from '../support/workers.js';

/** A tree `upstairs/hall/lamp`, of which somebody kills `upstairs`. */
function house(lamp: Partial<ChildSpec>, hall: Partial<ChildSpec> = {}) {
  const clock = new SimulatedClock();
  const told: string[] = [];
  const reports: Report[] = [];
  const handle = (): ChildHandle => ({
    started: (incarnation) => told.push(`started ${incarnation}`),
    exited: (reason, fate) => told.push(`exited ${String(reason)}, ${fate}`),
    disposed: () => told.push('disposed'),
  });
  const below = supervisor({ children: [{ id: 'lamp', start: worker(), handle, ...lamp }] });
  const above = supervisor({ children: [{ id: 'hall', start: below, ...hall }] });
  const tree = start(supervisor({ children: [{ id: 'upstairs', start: above }] }), {
    clock,
    onReport: (report) => reports.push(report),
  });
  const kill = async (): Promise<void> => {
    const found = tree.find('upstairs');
    if (found !== undefined) sendExit(found.actor, 'kill');
    await settle();
  };
  const later = async (ms: number): Promise<void> => {
    clock.increment(ms);
    await settle();
  };
  const ends = () => reports.flatMap((report) => (report.type === 'exited' ? [[report.path, report.reason]] : []));
  return { tree, told, kill, later, ends };
}

describe('what a killed supervisor leaves behind', () => {
  it('is told of before the next incarnation, and no more when it ends at last', async () => {
    const { told, kill, later, ends } = house({ start: worker({ slow: 50 }) });
    await kill();
    const expected = ['started 1', 'exited killed, restarting', 'started 2'];
    expect(told).toEqual(expected);
    await later(50);
    expect(told).toEqual(expected);
    expect(ends()).toContainEqual(['upstairs/hall/lamp', 'shutdown']);
  });

  it('is told of once to a monitor of its path, which goes on with the next incarnation', async () => {
    const { tree, kill, later } = house({ start: worker({ slow: 50 }) });
    const seen: string[] = [];
    tree.monitor('upstairs/hall/lamp', ({ incarnation, reason, fate }) => {
      seen.push(`${incarnation} ${String(reason)}, ${fate}`);
    });
    await kill();
    await later(50);
    expect(seen).toEqual(['1 killed, restarting']);
    tree.find('upstairs/hall/lamp')?.actor.send({ type: 'exit', reason: 'boom' });
    await settle();
    expect(seen).toEqual(['1 killed, restarting', '2 boom, restarting']);
  });

  it('forgets nothing of the next incarnation when a temporary child ends', async () => {
    const { tree, told, kill, later } = house({ start: worker({ slow: 50 }), restart: 'temporary' });
    await kill();
    await later(50);
    expect(told.at(-1)).toBe('started 2');
    expect(tree.handle('upstairs/hall/lamp')).toBeDefined();
  });

  it('stops its children as ever if it is a supervisor, however short its own time is', async () => {
    const { kill, later, ends } = house({ start: worker({ slow: 50 }) }, { shutdown: 'brutal_kill' });
    await kill();
    expect(ends()).not.toContainEqual(['upstairs/hall/lamp', 'shutdown']);
    await later(50);
    expect(ends()).toContainEqual(['upstairs/hall/lamp', 'shutdown']);
  });
});
