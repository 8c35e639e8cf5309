/**
 * What a transport and a serializer promise, as checks that need no test runner: they give back what is wrong, in sentences. For ours,
 * and for those that a user writes.
 */
import { ConnectionLost, ProtocolError, SerializationError } from '../../src/errors.js';
import type { Serializer } from '../../src/serializers/serializer.js';
import type { Frame, Transport } from '../../src/transports/transport.js';
import type { List } from '../../src/wamp/values.js';

/** Both ends of one open connection. */
export type Ends = readonly [client: Transport, router: Transport];

interface Heard {
  readonly frames: Frame[];
  readonly ends: unknown[];
  /** What came while a method of either end was running: there may be nothing. */
  readonly within: string[];
}

/** How long anything may take. Only what never happens takes that long. */
const PATIENCE = 2_000;

async function until(holds: () => boolean): Promise<boolean> {
  const deadline = Date.now() + PATIENCE;
  while (!holds()) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return true;
}

const turns = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
};

const textOf = (frame: Frame) => (typeof frame === 'string' ? frame : new TextDecoder().decode(frame));

/**
 * What is wrong with a transport. Each check opens a connection of its own.
 *
 * @param open makes both ends; the subprotocol is theirs to choose
 * @returns nothing, or a sentence for each promise that it breaks
 */
export async function faultsOfTransport(open: () => Promise<Ends> | Ends): Promise<readonly string[]> {
  const faults: string[] = [];
  let running = '';
  const during = <T>(what: string, run: () => T): T => {
    running = what;
    try {
      return run();
    } finally {
      running = '';
    }
  };
  const heard = (transport: Transport): Heard => {
    const heard: Heard = { frames: [], ends: [], within: [] };
    during('listen', () =>
      transport.listen({
        frame(frame) {
          heard.frames.push(frame);
          if (running !== '') heard.within.push(`a frame from within ${running}`);
          if (heard.ends.length > 0) heard.within.push('a frame after its end');
        },
        closed(why) {
          heard.ends.push(why);
          if (running !== '') heard.within.push(`its end from within ${running}`);
        },
      }),
    );
    return heard;
  };
  const check = async (what: string, run: (ends: Ends) => Promise<boolean>) => {
    const ends = await open();
    try {
      if (!(await run(ends))) faults.push(`it does not ${what}`);
    } catch (error) {
      faults.push(`it does not ${what}: it threw ${String(error)}`);
    } finally {
      for (const end of ends) end.destroy();
    }
  };
  const same = (frames: readonly Frame[], expected: readonly string[]) =>
    JSON.stringify(frames.map(textOf)) === JSON.stringify(expected);

  await check(
    'have an address, a subprotocol and a number of queued octets at both ends',
    async (ends) =>
      ends.every(
        ({ address, subprotocol, queued }) =>
          typeof address === 'string' && typeof subprotocol === 'string' && typeof queued === 'number',
      ) && ends[0].subprotocol === ends[1].subprotocol,
  );
  await check('bring every frame, in order, both ways', async ([client, router]) => {
    const [atClient, atRouter] = [heard(client), heard(router)];
    const sent = Array.from({ length: 300 }, (_, at) => `[48,${at}]`);
    for (const frame of sent) client.send(frame);
    for (const frame of sent) router.send(frame);
    await until(() => atClient.frames.length + atRouter.frames.length >= 600);
    return same(atRouter.frames, sent) && same(atClient.frames, sent);
  });
  await check('keep what comes until it is listened to', async ([client, router]) => {
    client.send('[1]');
    await turns();
    const atRouter = heard(router);
    await until(() => atRouter.frames.length > 0);
    return same(atRouter.frames, ['[1]']);
  });
  await check('deliver later, never from within a method', async ([client, router]) => {
    const [atClient, atRouter] = [heard(client), heard(router)];
    during('send', () => client.send('[1]'));
    await until(() => atRouter.frames.length > 0);
    during('close', () => router.close());
    await until(() => atClient.ends.length + atRouter.ends.length >= 2);
    during('destroy', () => client.destroy());
    return atClient.within.length + atRouter.within.length === 0;
  });
  await check(
    'deliver what was sent before close, and tell both ends once, by a ConnectionLost',
    async ([client, router]) => {
      const [atClient, atRouter] = [heard(client), heard(router)];
      client.send('[6]');
      client.close();
      client.close();
      client.destroy();
      await until(() => atClient.ends.length > 0 && atRouter.ends.length > 0);
      await turns();
      const told = [...atClient.ends, ...atRouter.ends];
      return told.length === 2 && told.every((why) => why instanceof ConnectionLost) && atRouter.within.length === 0;
    },
  );
  await check('end both ends once when it is destroyed', async ([client, router]) => {
    const [atClient, atRouter] = [heard(client), heard(router)];
    router.destroy();
    router.destroy();
    await until(() => atClient.ends.length > 0 && atRouter.ends.length > 0);
    await turns();
    return atClient.ends.length === 1 && atRouter.ends.length === 1;
  });
  await check('take frames after its end in silence', async ([client, router]) => {
    const [atClient, atRouter] = [heard(client), heard(router)];
    client.close();
    await until(() => atClient.ends.length > 0 && atRouter.ends.length > 0);
    client.send('[1]');
    router.send('[1]');
    await turns();
    return atClient.frames.length + atRouter.frames.length === 0;
  });
  return faults;
}

/** Messages that every serializer carries. */
const CARRIED: readonly List[] = [
  [6, {}, 'wamp.close.close_realm'],
  [48, 1, {}, 'com.example.add', [2, 3], { a: { b: [true, false, null] } }],
  [36, 2 ** 53, 1, {}, ['größe 😀', '', -1, 1.5, [[[]]], {}]],
  [48, 1, {}, 'com.example.long', ['x'.repeat(10_000)]],
];

/** Values that no format carries without loss. */
const cycle: unknown[] = [];
cycle.push(cycle);
const REFUSED: readonly unknown[] = [() => {}, Symbol('a'), cycle];

/**
 * What is wrong with a serializer.
 *
 * @returns nothing, or a sentence for each promise that it breaks
 */
export function faultsOfSerializer(serializer: Serializer): readonly string[] {
  const faults: string[] = [];
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(serializer.subprotocol)) {
    faults.push('its subprotocol is no name for a WebSocket');
  }
  const attempt = <T>(run: () => T): { readonly value: T } | { readonly thrown: unknown } => {
    try {
      return { value: run() };
    } catch (thrown) {
      return { thrown };
    }
  };
  for (const message of CARRIED) {
    const what = JSON.stringify(message).slice(0, 60);
    const encoded = attempt(() => serializer.encode(message));
    if ('thrown' in encoded) faults.push(`it does not carry ${what}: it threw ${String(encoded.thrown)}`);
    else if (typeof encoded.value !== 'string' && !(encoded.value instanceof Uint8Array))
      faults.push(`it gives no frame for ${what}`);
    else {
      // As it comes off the wire: binary, but for JSON's own subprotocol.
      const { value } = encoded;
      const frame =
        serializer.subprotocol === 'wamp.2.json'
          ? textOf(value)
          : typeof value === 'string'
            ? new TextEncoder().encode(value)
            : value;
      const decoded = attempt(() => serializer.decode(frame));
      if ('thrown' in decoded)
        faults.push(`it does not read what it wrote, ${what}: it threw ${String(decoded.thrown)}`);
      else if (JSON.stringify(decoded.value) !== JSON.stringify(message))
        faults.push(`it gives back ${what} as another message`);
    }
  }
  for (const value of REFUSED) {
    const encoded = attempt(() => serializer.encode([48, 1, {}, 'com.example.add', [{ when: value }]]));
    const kind = Array.isArray(value) ? 'a cycle' : `a ${typeof value}`;
    if ('value' in encoded) faults.push(`it carries ${kind}, which cannot arrive as it was`);
    else if (!(encoded.thrown instanceof SerializationError))
      faults.push(`it refuses ${kind} by another error than SerializationError`);
    else if (!encoded.thrown.path.startsWith('[4][0].when'))
      faults.push(`it refuses ${kind} at ${encoded.thrown.path}, expected [4][0].when`);
  }
  // Only JSON's own subprotocol has text on the wire.
  const texts = serializer.subprotocol === 'wamp.2.json' ? ['', '{', '[1'] : [];
  for (const frame of [...texts, new Uint8Array(), new Uint8Array([0xff, 0xff, 0xff]), new Uint8Array([0xc1])]) {
    const decoded = attempt(() => serializer.decode(frame));
    const what = `${typeof frame === 'string' ? `the text "${frame}"` : `the octets [${frame.join(' ')}]`}`;
    if ('value' in decoded) {
      if (!Array.isArray(decoded.value)) faults.push(`it makes of ${what} what is no list`);
    } else if (!(decoded.thrown instanceof ProtocolError))
      faults.push(`it refuses ${what} by another error than ProtocolError`);
  }
  return faults;
}
