import type { AnyActorRef, InspectionEvent } from 'xstate';
import { type Report, sendExit, start, supervisor } from '../../supervisors/index.js';
import { settle } from './support/settle.js';
import { idle } from './support/workers.js';

function pair() {
  const reports: Report[] = [];
  const mailbox: unknown[] = [];
  const inspect = (event: InspectionEvent): void => {
    if (event.type === '@xstate.event' && event.actorRef === tree?.root) mailbox.push(event.event);
  };
  const children = ['lamp', 'thermostat'].map((id) => ({ id, start: idle }));
  const tree: ReturnType<typeof start> = start(supervisor({ intensity: 5, children }), {
    onReport: (report) => reports.push(report),
  });
  tree.inspect(inspect);
  const actor = (path: string): AnyActorRef => tree.find(path)?.actor ?? tree.root;
  const exits = () => reports.flatMap((each) => (each.type === 'exited' ? [[each.path, each.reason]] : []));
  return { tree, actor, exits, mailbox };
}

describe('sendExit', () => {
  it.each([
    ['kill', 'killed'],
    ['boom', 'boom'],
  ])('%s ends a child that is not asked, with the reason %s, and it is restarted', async (reason, expected) => {
    const { tree, actor, exits } = pair();
    await using _running = tree;
    sendExit(actor('lamp'), reason);
    await settle();
    expect(exits()).toEqual([['lamp', expected]]);
    expect(tree.find('lamp')?.identity.incarnation).toBe(2);
  });

  it('tells the supervisor by an event in its mailbox, behind those that are there already', async () => {
    const { tree, actor, mailbox } = pair();
    await using _running = tree;
    sendExit(actor('lamp'), 'boom');
    sendExit(actor('thermostat'), 'kill');
    expect(mailbox).toEqual([
      { type: 'xstate.error.actor.lamp#1', actorId: 'lamp#1', error: 'boom' },
      { type: 'xstate.error.actor.thermostat#1', actorId: 'thermostat#1', error: 'killed' },
    ]);
  });
});
