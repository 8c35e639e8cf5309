import type { Session } from '../../src/peer/options.js';
import { Watchers } from '../../src/peer/watchers.js';

const SESSION: Session = {
  id: 7,
  realm: 'realm1',
  authid: undefined,
  authrole: undefined,
  authmethod: undefined,
  details: {},
};

function setUp() {
  const failures: unknown[] = [];
  return { failures, watchers: new Watchers((error, event) => failures.push([event, error])) };
}

describe('Watchers', () => {
  it('tells each listener of its event, until it is taken away', () => {
    const { watchers } = setUp();
    const heard: unknown[] = [];
    const stop = watchers.on('left', (reason) => heard.push(reason));
    watchers.on('joined', () => heard.push('joined'));
    watchers.tell('left', 'first');
    stop();
    stop();
    watchers.tell('left', 'second');
    expect(heard).toEqual(['first']);
  });

  it('calls a function that was added twice twice, and takes away one of them', () => {
    const { watchers } = setUp();
    let calls = 0;
    const listener = () => {
      calls += 1;
    };
    const stop = watchers.on('left', listener);
    watchers.on('left', listener);
    watchers.tell('left', 'normal');
    stop();
    watchers.tell('left', 'normal');
    expect(calls).toBe(3);
  });

  it('reports a listener that throws, and goes on', () => {
    const { watchers, failures } = setUp();
    const heard: unknown[] = [];
    watchers.on('left', () => {
      throw new Error('broken');
    });
    watchers.on('left', (reason) => heard.push(reason));
    watchers.tell('left', 'normal');
    expect({ heard, failures }).toEqual({ heard: ['normal'], failures: [['left', new Error('broken')]] });
  });

  it('fulfils all who wait for the next session with it, and only with the next', async () => {
    const { watchers } = setUp();
    const waiting = [watchers.nextJoin(), watchers.nextJoin()];
    watchers.tell('joined', SESSION);
    expect(await Promise.all(waiting)).toEqual([SESSION, SESSION]);
    const refused = watchers.nextJoin();
    watchers.refuseJoin(new Error('parked'));
    await expect(refused).rejects.toThrow('parked');
  });
});
