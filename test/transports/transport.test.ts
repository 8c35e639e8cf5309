import { ConnectionLost, SerializationError, UsageError } from '../../src/errors.js';
import type { SharedFrame } from '../../src/wamp/copies.js';
import { record, turns } from '../support/record.js';
import { KINDS, type Pair, type PairOptions } from './contract.js';

describe.each(KINDS)('a transport ($kind)', ({ open, hasCodes, destroyed, hasNoQueue }) => {
  let pair: Pair;
  const opened = async (options?: PairOptions) => {
    pair = await open(options);
    return pair;
  };
  afterEach(() => pair.stop());

  it('brings frames in the order in which they were sent, both ways', async () => {
    const { client, router } = await opened();
    const [atClient, atRouter] = [record(client), record(router)];
    for (const frame of ['a', 'b', 'c']) client.send(frame);
    for (const frame of ['x', 'y', 'z']) router.send(frame);
    await Promise.all([atClient.has(3), atRouter.has(3)]);
    expect(atRouter.frames).toEqual(['a', 'b', 'c']);
    expect(atClient.frames).toEqual(['x', 'y', 'z']);
  });

  it('brings a frame that others are sent, too, as any other, and leaves it as it is', async () => {
    const { client, router } = await opened();
    const [atClient, atRouter] = [record(client), record(router)];
    for (const frame of ['"grüße"', `"${'x'.repeat(70_000)}"`]) {
      const copy: SharedFrame = { frame, framed: new Map() };
      for (const transport of [client, router, client, router]) {
        if (transport.sendShared === undefined) transport.send(copy.frame);
        else transport.sendShared(copy);
      }
      expect(copy.frame).toBe(frame);
    }
    await Promise.all([atClient.has(4), atRouter.has(4)]);
    const expected = ['"grüße"', '"grüße"', ...Array.from({ length: 2 }, () => `"${'x'.repeat(70_000)}"`)];
    expect(atRouter.frames).toEqual(expected);
    expect(atClient.frames).toEqual(expected);
  });

  it('brings ten thousand frames of one tick', async () => {
    const { client, router } = await opened();
    const atRouter = record(router);
    const sent = Array.from({ length: 10_000 }, (_, index) => `[48,${index}]`);
    for (const frame of sent) client.send(frame);
    await atRouter.has(sent.length);
    expect(atRouter.frames).toEqual(sent);
  });

  it('delivers nothing within send, listen, close or destroy', async () => {
    const { client, router } = await opened();
    const log: string[] = [];
    router.listen({ frame: () => log.push('frame'), closed: () => log.push('router closed') });
    client.listen({ frame: () => {}, closed: () => log.push('client closed') });
    client.send('a');
    client.close();
    client.destroy();
    router.destroy();
    expect(log).toEqual([]);
  });

  it('lets timers fire while two ends answer each other without a pause', async () => {
    const { client, router } = await opened();
    let over = false;
    record(router, (frame) => router.send(frame));
    const atClient = record(client, (frame) => {
      if (!over) client.send(frame);
    });
    client.send('ball');
    await atClient.has(1_000);
    await new Promise((resolve) => setTimeout(resolve, 1));
    over = true;
    expect(atClient.frames.length).toBeGreaterThanOrEqual(1_000);
  });

  it('keeps what arrives until it is listened to', async () => {
    const { client, router } = await opened();
    const atClient = record(client);
    client.send('one');
    client.send('two');
    router.send('answer');
    await atClient.has(1);
    await turns();
    const atRouter = record(router);
    client.send('three');
    await atRouter.has(3);
    expect(atRouter.frames).toEqual(['one', 'two', 'three']);
  });

  it('tells of an end that came before it was listened to, after the frames', async () => {
    const { client, router } = await opened();
    const atRouter = record(router);
    router.send('last');
    router.close();
    await turns(5);
    const atClient = record(client);
    await atClient.closed;
    await atRouter.closed;
    expect(atClient.frames).toEqual(['last']);
    expect(atClient.ends).toHaveLength(1);
  });

  it('is listened to once', async () => {
    const { client } = await opened();
    record(client);
    expect(() => record(client)).toThrow(UsageError);
  });

  it.each(['client', 'router'] as const)(
    'closed by the %s, delivers what was sent before and ends both ends once',
    async (by) => {
      const { client, router } = await opened();
      const ends = { client: record(client), router: record(router) };
      const other = by === 'client' ? 'router' : 'client';
      const closing = by === 'client' ? client : router;
      closing.send('goodbye');
      closing.close();
      closing.close();
      const [here, there] = await Promise.all([ends[by].closed, ends[other].closed]);
      await turns();
      expect(ends[other].frames).toEqual(['goodbye']);
      expect(ends[by].ends).toHaveLength(1);
      expect(ends[other].ends).toHaveLength(1);
      expect(here).toBeInstanceOf(ConnectionLost);
      expect(here.mayHaveExecuted).toBe(false);
      expect(here.message).toMatch(/^the connection (to|from) \S+ was closed by this side$/);
      expect(there.message).toMatch(
        new RegExp(
          `^the connection (to|from) \\S+ was closed by the ${by}${hasCodes ? ' \\(1000, normal closure\\)' : ''}$`,
        ),
      );
    },
  );

  it.each(['client', 'router'] as const)('destroyed by the %s, ends both ends once', async (by) => {
    const { client, router } = await opened();
    const ends = { client: record(client), router: record(router) };
    const other = by === 'client' ? 'router' : 'client';
    const destroying = by === 'client' ? client : router;
    destroying.destroy();
    destroying.destroy();
    destroying.close();
    const [here, there] = await Promise.all([ends[by].closed, ends[other].closed]);
    await turns();
    expect([ends[by].ends.length, ends[other].ends.length]).toEqual([1, 1]);
    expect(here.message).toMatch(/was closed by this side$/);
    const seen = by === 'client' && destroyed !== undefined ? destroyed : '1006, no close frame';
    expect(there.message).toMatch(new RegExp(`was closed by the ${by}${hasCodes ? ` \\(${seen}\\)` : ''}$`));
  });

  it('ends once when both ends close at the same time', async () => {
    const { client, router } = await opened();
    const [atClient, atRouter] = [record(client), record(router)];
    client.close();
    router.close();
    await Promise.all([atClient.closed, atRouter.closed]);
    await turns();
    expect([atClient.ends.length, atRouter.ends.length]).toEqual([1, 1]);
  });

  it('brings nothing after it was destroyed from within a frame', async () => {
    const { client, router } = await opened();
    const atRouter = record(router, () => router.destroy());
    for (const frame of ['a', 'b', 'c']) client.send(frame);
    await atRouter.closed;
    expect(atRouter.frames).toEqual(['a']);
  });

  it('takes no frame after its end', async () => {
    const { client, router } = await opened();
    const [atClient, atRouter] = [record(client), record(router)];
    client.close();
    client.send('late');
    await Promise.all([atClient.closed, atRouter.closed]);
    client.send('later');
    router.send('latest');
    await turns();
    expect([...atClient.frames, ...atRouter.frames]).toEqual([]);
    expect([client.queued, router.queued]).toEqual([0, 0]);
  });

  it('carries a frame of just the largest size', async () => {
    const { client, router } = await opened({ maxPayload: 1_024 });
    const atRouter = record(router);
    client.send('é'.repeat(512));
    await atRouter.has(1);
    expect(atRouter.frames).toEqual(['é'.repeat(512)]);
  });

  if (hasCodes) {
    it('ends with 1009 at one octet more', async () => {
      const { client, router } = await opened({ maxPayload: 1_000 });
      const [atClient, atRouter] = [record(client), record(router)];
      client.send('é'.repeat(500).concat('!'));
      const [here, there] = await Promise.all([atClient.closed, atRouter.closed]);
      expect(there.message).toMatch(
        /was closed by this side \(1009, a frame of more than 1000 octets came \(maxPayload\)\)$/,
      );
      expect(here.message).toMatch(/was closed by the router \(1009, /);
    });
  } else {
    it('refuses to send a frame of one octet more than the other end takes, and goes on', async () => {
      const { client, router } = await opened({ maxPayload: 1_024 });
      const atRouter = record(router);
      const send = () => client.send('é'.repeat(512).concat('!'));
      expect(send).toThrow(SerializationError);
      expect(send).toThrow('message: it is 1025 octets long, the router takes 1024 at most');
      client.send('[1]');
      await atRouter.has(1);
      expect(atRouter.frames).toEqual(['[1]']);
    });
  }

  it('tells nothing of that after its end', async () => {
    const { client, router } = await opened();
    const [atClient, atRouter] = [record(client), record(router)];
    let told = false;
    client.send('x');
    client.flushed?.(() => {
      told = true;
    });
    client.destroy();
    client.flushed?.(() => {
      told = true;
    });
    await Promise.all([atClient.closed, atRouter.closed]);
    await turns();
    expect(told).toBe(false);
  });

  it('paused, brings what was read before at most, and the rest in order when it is resumed', async () => {
    const { client, router } = await opened();
    const atRouter = record(router, () => router.pause?.());
    record(client);
    const sent = Array.from({ length: 2_000 }, (_, index) => `${index}:${'x'.repeat(1_000)}`);
    for (const frame of sent) client.send(frame);
    await atRouter.has(1);
    await turns(20);
    expect(atRouter.frames.length).toBeLessThan(200);
    const rest = turns(0).then(async () => {
      while (atRouter.frames.length < sent.length) {
        router.resume?.();
        await turns(1);
      }
    });
    await rest;
    expect(atRouter.frames).toEqual(sent);
  });

  it.each(['client', 'router'] as const)('paused, still ends when it is closed by the %s', async (by) => {
    const { client, router } = await opened();
    const [atClient, atRouter] = [record(client), record(router)];
    await turns();
    router.pause?.();
    (by === 'client' ? client : router).close();
    if (by === 'client') {
      await turns();
      router.resume?.();
    }
    await Promise.all([atClient.closed, atRouter.closed]);
    expect([atClient.ends.length, atRouter.ends.length]).toEqual([1, 1]);
  });

  if (hasNoQueue !== true) {
    it('tells when what was sent has left, later, and not within anything', async () => {
      const { client, router } = await opened();
      record(router);
      record(client);
      await turns();
      const log: string[] = [];
      const told = [1, 2].map(
        (name) =>
          new Promise<void>((resolve) => {
            client.send('x'.repeat(100_000));
            client.flushed?.(() => {
              log.push(`${name}: ${client.queued}`);
              resolve();
            });
            log.push(`${name}`);
          }),
      );
      await Promise.all(told);
      expect(log).toEqual(['1', '2', '1: 0', '2: 0']);
      const [told3] = [new Promise<void>((resolve) => client.flushed?.(resolve))];
      await told3;
    });

    it('counts the octets that wait, and none when they have left', async () => {
      const { client, router } = await opened();
      const atRouter = record(router);
      client.send('é'.repeat(100));
      client.send('é'.repeat(100));
      expect(client.queued).toBeGreaterThanOrEqual(400);
      expect(client.queued).toBeLessThan(450);
      expect(router.queued).toBe(0);
      router.send('é'.repeat(100));
      expect(router.queued).toBeGreaterThanOrEqual(200);
      await atRouter.has(2);
      await turns();
      expect(client.queued).toBe(0);
    });

    it('is cut when more waits than may', async () => {
      const { client, router } = await opened({ maxQueued: 2_000 });
      const [atClient, atRouter] = [record(client), record(router)];
      for (let index = 0; index < 30; index += 1) client.send('x'.repeat(100));
      const [here] = await Promise.all([atClient.closed, atRouter.closed]);
      expect(here.message).toMatch(/was closed by this side \(more than 2000 octets wait to be sent \(maxQueued\)\)$/);
    });
  }

  it('ends, and nothing else does, when what takes its frames throws', async () => {
    const { client, router } = await opened();
    const atClient = record(client);
    const cause = new Error('a defect');
    const atRouter = record(router, () => {
      throw cause;
    });
    client.send('a');
    const [why] = await Promise.all([atRouter.closed, atClient.closed]);
    expect(why.cause).toBe(cause);
    expect(atRouter.ends).toHaveLength(1);
  });

  it.each([
    ['wamp.2.json', '[1]', '[1]'],
    ['wamp.2.json', new TextEncoder().encode('["é"]'), '["é"]'],
    ['wamp.2.msgpack', new Uint8Array([0x91, 1]), [0x91, 1]],
    ['wamp.2.msgpack', 'é', [0xc3, 0xa9]],
  ])('sends what the subprotocol %s says, whatever kind %j is', async (subprotocol, sent, expected) => {
    const { client, router } = await opened({ subprotocol });
    const atRouter = record(router);
    client.send(sent);
    await atRouter.has(1);
    const [frame] = atRouter.frames;
    expect(typeof frame === 'string' ? frame : [...frame!]).toEqual(expected);
    expect([client.subprotocol, router.subprotocol]).toEqual([subprotocol, subprotocol]);
  });
});

describe.each(KINDS.filter(({ kind }) => /^(websocket|rawsocket)/i.test(kind)))('servers ($kind)', ({ open }) => {
  it.each([
    ['a text', 'text'],
    ['octets', Buffer.from('binary')],
    ['many octets', Buffer.alloc(9_000, 'long')],
  ])('put around %s once what is the same for all, and share it', async (_, frame) => {
    const subprotocol = typeof frame === 'string' ? 'wamp.2.json' : 'wamp.2.cbor';
    const pairs = [await open({ subprotocol }), await open({ subprotocol })] as const;
    const copy: SharedFrame = { frame, framed: new Map() };
    const clients = pairs.map(({ client }) => record(client));
    pairs[0].router.sendShared?.(copy);
    const made = [...copy.framed.values()];
    pairs[1].router.sendShared?.(copy);
    await Promise.all(clients.map((client) => client.has(1)));
    for (const { frames } of clients) expect(frames.map(String)).toEqual([frame.toString()]);
    expect(made).toHaveLength(1);
    expect([...copy.framed.values()][0]).toBe(made[0]);
    await Promise.all(pairs.map((pair) => pair.stop()));
  });
});
