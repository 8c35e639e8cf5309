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

  it('is asked in vain while it still leaves: the next incarnation has its handle to itself', async () => {
    const { url, realm } = running;
    const inner = dynamicSupervisor({ restore: true });
    const tree = start(supervisor({ intensity: 5, children: [{ id: 'inner', start: inner }] }));
    await tree.startChild(peer('me', { url, realm, register: { 'com.example.add': () => 5 } }), 'inner');
    const me = tree.peer('me');
    await me.joined();
    const lefts: unknown[] = [];
    me.on('left', (reason) => lefts.push(reason));
    const found = tree.find('inner');
    // It says GOODBYE, and is killed before there can be an answer.
    void me.leave();
    if (found !== undefined) sendExit(found.actor, 'kill');
    await me.joined();
    expect([me.incarnation, me.status, lefts.length]).toEqual([2, 'joined', 1]);
    await eventually(() => running.held?.().registrations === 1);
    expect((await me.call('com.example.add')).args).toEqual([5]);
    await tree.stop();
  });
});
