/** A supervisor is killed, and is restarted while what it leaves still ends: its peers live on under the handles they had. */
import { dynamicSupervisor, peer, sendExit, start, supervisor } from '../../src/index.js';
import { eventually } from '../support/house.js';
import { LINKED, type Running, WEBSOCKET } from '../support/worlds.js';

const never = () => new Promise(() => {});

describe.each([LINKED, WEBSOCKET])('$name', (world) => {
  let running: Running;

  beforeEach(async () => {
    running = await world.start();
  });
  afterEach(() => running.dispose());

  it('joins again at once, with everything in force once; what waits is not refused', async () => {
    const { url, realm } = running;
    const inner = supervisor({
      children: [
        peer('me', { url, realm, register: { 'com.example.add': () => 5, 'com.example.sleep': never } }),
        peer('sibling', { url, realm, subscribe: { 'com.example.news': () => {} } }),
      ],
    });
    const tree = start(supervisor({ intensity: 5, children: [{ id: 'inner', start: inner }] }));
    await tree.ready;
    const [me, sibling] = [tree.peer('me'), tree.peer('sibling')];
    const ends: unknown[] = [];
    me.on('exited', ({ reason, fate }) => ends.push(`${reason} ${fate}`));
    const sessions = [me.session?.id, sibling.session?.id];
    const inFlight = sibling.call('com.example.sleep').catch((error: unknown) => error);
    await eventually(() => me.stats().invocations === 1);

    const found = tree.find('inner');
    if (found === undefined) throw new Error('it runs');
    sendExit(found.actor, 'kill');
    // It has no session now, and waits for the next one.
    const waiting = sibling.call('com.example.add');
    expect((await waiting).args).toEqual([5]);
    expect(await inFlight).toMatchObject({ code: 'WAMP_ERR_CONNECTION_LOST' });
    await Promise.all([me.joined(), sibling.joined()]);
    expect([me.incarnation, sibling.incarnation, ...ends]).toEqual([2, 2, 'killed restarting']);
    expect(sessions).not.toContain(me.session?.id);
    await eventually(() => running.held?.().registrations === 2 && running.held?.().subscriptions === 1);
    expect([me.stats().sessions, me.status, sibling.status]).toEqual([2, 'joined', 'joined']);
    await tree.stop();
    expect(ends).toEqual(['killed restarting', 'shutdown stopped']);
  });

  it('that is asked to leave leaves for good, though its supervisor is killed meanwhile', async () => {
    const { url, realm } = running;
    const inner = dynamicSupervisor({ restore: true });
    const tree = start(supervisor({ intensity: 5, children: [{ id: 'inner', start: inner }] }));
    await tree.startChild(peer('me', { url, realm, register: { 'com.example.add': () => 5 } }), 'inner');
    const me = tree.peer('me');
    await me.joined();
    const found = tree.find('inner');
    if (found === undefined) throw new Error('it runs');
    // It says GOODBYE, and its supervisor is killed before there can be an answer.
    const left = me.leave();
    sendExit(found.actor, 'kill');
    await left;
    await eventually(() => me.status === 'stopped' && running.held?.().registrations === 0);
    await tree.stop();
  });
});
