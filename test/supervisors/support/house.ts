import { type ChildSpec, type Report, type StartOptions, start, supervisor } from '../../../supervisors/index.js';
import { CountingClock } from '../../support/counting-clock.js';
import { settle } from './settle.js';

type Options = Omit<Parameters<typeof supervisor>[0], 'children'>;

/** A tree, its reports, and what a test does to it. */
export function house(children: readonly ChildSpec[], options: Options = {}, more: StartOptions = {}) {
  const clock = new CountingClock();
  const reports: Report[] = [];
  const onReport = (report: Report) => reports.push(report);
  const tree = start(supervisor({ ...options, children }), { clock, onReport, random: () => 0.5, ...more });
  const send = async (path: string, type: string, reason?: unknown): Promise<void> => {
    const found = tree.find(path);
    if (found === undefined) throw new Error(`nothing runs at ${path}`);
    found.actor.send({ type, reason });
    await settle();
  };
  const wait = async (ms: number): Promise<void> => {
    clock.increment(ms);
    await settle();
  };
  /** `*` behind one that is ready. */
  const picture = (supervisorPath = ''): string => {
    const [root, ...ids] = [tree.view(), ...supervisorPath.split('/').filter(Boolean)];
    const view = ids.reduce<typeof root | undefined>(
      (above, id) => above?.supervisor?.children.find((child) => child.id === id),
      root,
    );
    return (view?.supervisor?.children ?? [])
      .map(({ id, status, isReady }) => `${id} ${status}${isReady ? '*' : ''}`)
      .join(', ');
  };
  const isReady = async (): Promise<boolean> => {
    const pending = {};
    return (await Promise.race([tree.ready.then(() => true), settle().then(() => pending)])) === true;
  };
  const types = (path?: string) =>
    reports.filter((report) => path === undefined || report.path === path).map(({ type }) => type);
  return { tree, clock, reports, send, wait, picture, isReady, types };
}
