import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConnectError, UsageError } from '../../src/errors.js';
import { peer } from '../../src/peer/spec.js';
import { routerSpec } from '../../src/router/child.js';
import { Router } from '../../src/router/router.js';
import { start } from '../../src/start.js';
import { type ChildDownNotice, type Report, supervisor } from '../../supervisors/index.js';
import { recordingLogger } from '../support/recording-logger.js';

const REALM = 'realm1';

describe('routerSpec', () => {
  it('starts a router before the peers that wait for it, and ends it behind them', async () => {
    const logger = recordingLogger();
    const local = new Router({ port: 0, logger });
    const callee = peer('callee', { url: local, realm: REALM, register: { 'com.example.add': () => 5 } });
    const tree = start(supervisor({ waitFor: 'ready', children: [routerSpec('router', local), callee] }), { logger });
    await tree.ready;
    expect(tree.router('router')).toBe(local);
    expect(local.url).toMatch(/^ws:/);
    await expect(tree.peer('callee').call('com.example.add')).resolves.toMatchObject({ args: [5] });
    await tree.stop();
    expect(local.url).toBeUndefined();
    // It said goodbye to nobody: the peer had left before.
    expect(local.stats().ends).toMatchObject({ left: 1, lost: 0 });
  });

  it('restarts one that vanished on the same port, behind the same handle, and its peers come back', async () => {
    const reports: Report[] = [];
    const tree = start(
      supervisor({ children: [routerSpec('router', { port: 0, realm: REALM, backoff: { first: 1, base: 1 } })] }),
      { onReport: (report) => reports.push(report) },
    );
    await tree.ready;
    const local = tree.router('router');
    const { url = '' } = local;
    const house = start(
      supervisor({ children: [peer('lamp', { url, realm: REALM, backoff: { first: 1, base: 5 } })] }),
    );
    await house.ready;
    const lamp = house.peer('lamp');
    const [before] = [lamp.session?.id];
    const left = new Promise((resolve) => lamp.on('left', resolve));
    await local.kill();
    await left;
    await lamp.joined();
    expect(tree.router('router')).toBe(local);
    expect(local.url).toBe(url);
    expect(lamp.session?.id).not.toBe(before);
    expect(reports.map(({ type }) => type)).toEqual(['started', 'exited', 'restarting', 'started']);
    expect(reports[1]).toMatchObject({ reason: 'killed', fate: 'restarting' });
    await house.stop();
    await tree.stop();
  });

  it('leaves one down that was stopped by hand, until it is restarted by hand', async () => {
    const tree = start(supervisor({ children: [routerSpec('router', { port: 0 })] }));
    await tree.ready;
    const local = tree.router('router');
    const down = new Promise<ChildDownNotice>((resolve) => tree.monitor('router', resolve));
    await local.stop();
    await expect(down).resolves.toMatchObject({ reason: 'shutdown' });
    expect(tree.view().supervisor?.children[0]?.status).toBe('stopped');
    await tree.restartChild('router');
    await new Promise<void>((resolve) => {
      tree.find('router')?.actor.subscribe(({ value }: { value: string }) => value === 'listening' && resolve());
    });
    expect(local.url).toMatch(/^ws:/);
    await tree.stop();
    expect(local.url).toBeUndefined();
  });

  it('gives it the time to drain and to say GOODBYE', () => {
    expect(routerSpec('router').shutdown).toBe(5_000);
    expect(routerSpec('router', { drain: 10_000, goodbyeTimeout: 1_000 }).shutdown).toBe(14_000);
  });

  it('tries again while its port is taken', async () => {
    const holder = createServer();
    await once(holder.listen(0, '127.0.0.1'), 'listening');
    const { port } = holder.address() as AddressInfo;
    const seen: unknown[] = [];
    let freed: (() => void) | undefined;
    const isFreed = new Promise<void>((resolve) => {
      freed = resolve;
    });
    const tree = start(
      supervisor({ children: [routerSpec('router', { port, backoff: { first: 1, base: 1, max: 50 } })] }),
      {
        onReport: (report) => {
          if (report.type !== 'exited') return;
          seen.push(report.reason);
          if (seen.length === 1) holder.close(() => freed?.());
        },
      },
    );
    await isFreed;
    await tree.ready;
    expect(seen[0]).toBeInstanceOf(ConnectError);
    expect(String(seen[0])).toContain(`port ${port} on 127.0.0.1 is taken`);
    expect(tree.router('router').url).toBe(`ws://127.0.0.1:${port}/ws`);
    await tree.stop();
  });

  it('parks one whose socket can never be had', async () => {
    const unix = join(tmpdir(), `respell-${process.pid}-no-such-folder`, 'router.sock');
    const tree = start(supervisor({ children: [routerSpec('router', { unix })] }));
    await expect(tree.ready).rejects.toThrow('choose a folder that exists');
    expect(tree.view().supervisor?.children[0]?.status).toBe('parked');
    await tree.stop();
  });

  it('gives its tree’s logger to a router that it makes', async () => {
    const logger = recordingLogger();
    const tree = start(supervisor({ children: [routerSpec('router', { port: 0 })] }), { logger });
    await tree.ready;
    expect(logger.said('router started')).toHaveLength(1);
    await tree.stop();
    expect(logger.said('router stopped')).toHaveLength(1);
  });

  it('shows no inspector what the router was told', () => {
    const secret = { realms: { r: { auth: { users: { joe: { ticket: 'sesame' } } } } } };
    const spec = routerSpec('router', secret);
    const handle = spec.handle?.({ id: 'router', path: 'router', environment: undefined });
    const input = (spec.input as (child: object) => unknown)({ handle });
    expect(JSON.stringify(input)).toBe('{"router":{"address":"linked:router"}}');
  });

  test.each<[() => unknown, string]>([
    [() => routerSpec(''), 'routerSpec: expected its id'],
    [() => routerSpec('r', { prot: 1 } as never), 'router "r": router: unknown option "prot"; did you mean "port"?'],
    [() => routerSpec('r', 5 as never), 'router "r": expected its options to be an object'],
  ])('%#: refuses what cannot be meant, where it is written', (make, message) => {
    expect(make).toThrow(UsageError);
    expect(make).toThrow(message);
  });
});

describe('tree.router', () => {
  it('refuses another kind of child', async () => {
    const never = { address: 'x', open: () => new Promise<never>(() => {}) };
    const tree = start(supervisor({ children: [peer('lamp', { url: never, realm: REALM })] }));
    expect(() => tree.router('lamp')).toThrow(
      'expected "lamp" to be a router, made by routerSpec(…); it is another kind of child',
    );
    await tree.stop();
  });
});
