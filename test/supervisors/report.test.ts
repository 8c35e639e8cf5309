import { type AnyActorLogic, fromCallback } from 'xstate';
import { type ChildSpec, type Report, start, supervisor } from '../../supervisors/index.js';
import { settle } from './support/settle.js';
import { worker } from './support/workers.js';

function house(children: readonly ChildSpec[]) {
  const reports: Report[] = [];
  const tree = start(supervisor({ strategy: 'one_for_all', intensity: 5, children }), {
    onReport: (report) => reports.push(report),
  });
  const of = <T extends Report['type']>(type: T) =>
    reports.filter((report): report is Extract<Report, { type: T }> => report.type === type);
  const end = (path: string, reason: unknown): void => tree.find(path)?.actor.send({ type: 'exit', reason });
  return { tree, of, end };
}

const fails = (): never => {
  throw new Error('fails');
};

describe('a report of an end', () => {
  it('says whether the supervisor stopped the child, or it ended by itself', async () => {
    const { tree, of, end } = house(['a', 'b'].map((id) => ({ id, start: worker() })));
    await using _running = tree;
    end('a', 'boom');
    await settle();
    expect(of('exited').map(({ path, isStopped }) => [path, isStopped])).toEqual([
      ['a', false],
      ['b', true],
    ]);
  });

  it.each([
    ['permanent', 'killed', []],
    ['permanent', 'shutdown', ['shutdown']],
    ['permanent', 'normal', ['normal']],
    ['transient', 'killed', []],
    ['transient', 'shutdown', []],
    ['transient', 'normal', []],
    ['transient', 'boom', ['boom']],
  ] as const)(
    'of a %s brutal_kill child that was about to be killed and ended with %s tells of the errors %j',
    async (restart, reason, errors) => {
      const { tree, of, end } = house([
        { id: 'a', start: worker() },
        { id: 'b', start: worker(), restart, shutdown: 'brutal_kill' },
      ]);
      await using _running = tree;
      end('a', 'boom');
      end('b', reason);
      await settle();
      expect(of('shutdown error').map((report) => report.reason)).toEqual(errors);
    },
  );
});

describe('a report of a failed start', () => {
  it('says whether somebody asked for it, who then has the error, too', async () => {
    let works = true;
    const flaky = (): AnyActorLogic => (works ? worker() : fails());
    const { tree, of, end } = house([{ id: 'a', start: flaky }]);
    await using _running = tree;
    await expect(tree.startChild({ id: 'b', start: fails })).rejects.toThrow("'b' did not start");
    await tree.terminateChild('a');
    works = false;
    await expect(tree.restartChild('a')).rejects.toThrow("'a' did not start");
    works = true;
    await tree.restartChild('a');
    expect(of('start failed').map(({ path, isAsked }) => [path, isAsked])).toEqual([
      ['b', true],
      ['a', true],
    ]);
    works = false;
    end('a', 'boom');
    await settle();
    expect(of('start failed').slice(2)).toEqual(
      of('start failed')
        .slice(2)
        .map((report) => ({ ...report, isAsked: false })),
    );
    expect(of('start failed').length).toBeGreaterThan(2);
  });

  it('as a tree starts is one that nobody asked for', async () => {
    const { of } = house([
      { id: 'a', start: fromCallback(() => {}) },
      { id: 'b', start: fails },
    ]);
    await settle();
    expect(of('start failed')).toMatchObject([{ path: 'b', isAsked: false }]);
  });
});
