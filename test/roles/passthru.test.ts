import { SimulatedClock } from 'xstate';
import { PassthruError, ProtocolError, SerializationError } from '../../src/errors.js';
import { CallInParts } from '../../src/roles/call-in-parts.js';
import { Call } from '../../src/roles/caller.js';
import type { Endpoint, Procedure } from '../../src/roles/invocation.js';
import { NO_PASSTHRU } from '../../src/roles/no-passthru.js';
import { Passthru } from '../../src/roles/passthru.js';
import { Publication } from '../../src/roles/publisher.js';
import { Register } from '../../src/roles/registering.js';
import type { Request } from '../../src/roles/request.js';
import { SessionRoles } from '../../src/roles/session-roles.js';
import { type Event, Subscribe, type Topic } from '../../src/roles/subscriber.js';
import { fromList, toList } from '../../src/wamp/codec.js';
import type { Message } from '../../src/wamp/message.js';
import type { PayloadContext, PayloadScheme } from '../../src/wamp/payload-scheme.js';
import type { List } from '../../src/wamp/values.js';

const FEATURE = { features: { payload_passthru_mode: true } };
const WELCOME = { roles: { broker: FEATURE, dealer: FEATURE } };

/** A scheme that anybody can read: octets of `type uri payload`, and what it was asked to seal. */
function readable(scheme = 'x_read', authenticates = false): PayloadScheme & { readonly asked: PayloadContext[] } {
  const asked: PayloadContext[] = [];
  return {
    scheme,
    authenticates,
    asked,
    seal({ args, kwargs }, context) {
      asked.push(context);
      if (args.includes('unsealable')) throw new Error('not today');
      if (args.includes('unwritable')) throw new SerializationError('args[0]', 'it is unwritable');
      return {
        serializer: 'json',
        keyId: 'k1',
        octets: Buffer.from(`${context.type} ${context.uri} ${JSON.stringify({ args, kwargs })}`),
      };
    },
    open({ octets }, { type, uri }) {
      const text = Buffer.from(octets).toString();
      const expected = `${type} ${uri} `;
      if (!text.startsWith(expected)) throw new PassthruError('forged', 'it is for something else');
      return JSON.parse(text.slice(expected.length));
    },
  };
}

const sealed = (text: string) => [new Uint8Array(Buffer.from(text))];
const ATTRIBUTES = { ppt_scheme: 'x_read', ppt_serializer: 'json', ppt_keyid: 'k1' };
const said = (octets: unknown) => Buffer.from(octets as Uint8Array).toString();
/** What was sealed, in the payload that stands at `index` of a message. */
const sealedIn = (message: List = [], index = 0) => said((message[index] as List | undefined)?.[0]);

/** The roles of one session with these schemes. Lists go in and come out. */
function session(schemes: readonly PayloadScheme[] = [readable()], welcome: object = WELCOME) {
  const sent: List[] = [];
  const unopened: [string, string, Error][] = [];
  const failures: unknown[] = [];
  const roles = new SessionRoles(
    {
      timers: new SimulatedClock(),
      send: (message) => sent.push(toList(message)),
      failed: (_what, _uri, error) => failures.push(error),
      unopened: (...told) => unopened.push(told),
    },
    schemes.length === 0 ? NO_PASSTHRU : new Passthru(schemes),
  );
  roles.requests.welcome = welcome as Record<string, unknown>;
  return {
    roles,
    sent,
    unopened,
    failures,
    receive(...lists: List[]): void {
      for (const list of lists) {
        const message = fromList(list);
        (roles.table[message.type] as (message: Message) => void)(message);
      }
    },
    send<T>(request: Request<T>): Request<T> {
      roles.requests.send(request as Request);
      return request;
    },
  };
}

const settled = (request: { readonly promise: Promise<unknown> }) => request.promise.catch((error: unknown) => error);

function calling(
  options: { scheme?: PayloadScheme; sealedBy?: PayloadScheme | undefined; onProgress?: () => void } = {},
) {
  const scheme = options.scheme ?? readable();
  const world = session([scheme]);
  const call = new Call('com.p', [1], { a: 2 }, { timeout: 5 }, { sealedBy: scheme, ...options });
  world.send(call);
  return { ...world, call, scheme };
}

describe('a call', () => {
  it('is sealed for its procedure, and keeps its options', () => {
    const { sent } = calling();
    expect(sent).toMatchObject([[48, 1, { timeout: 5, ...ATTRIBUTES }, 'com.p', [expect.any(Uint8Array)]]]);
    expect(sealedIn(sent[0], 4)).toBe('CALL com.p {"args":[1],"kwargs":{"a":2}}');
  });

  it('is given its result as it was before it was sealed', async () => {
    const { receive, call } = calling();
    receive([50, 1, ATTRIBUTES, sealed('YIELD com.p {"args":[3],"kwargs":{"b":4}}')]);
    expect(await call.promise).toEqual({ args: [3], kwargs: { b: 4 }, details: ATTRIBUTES });
  });

  it('is given the parts of its result', async () => {
    const parts: unknown[] = [];
    const { receive, call } = calling({ onProgress: (...part: unknown[]) => parts.push(...part) });
    receive([50, 1, { ...ATTRIBUTES, progress: true }, sealed('YIELD com.p {"args":[1],"kwargs":{}}')]);
    receive([50, 1, {}, ['plain']]);
    expect(parts).toMatchObject([{ args: [1] }]);
    expect(await call.promise).toMatchObject({ args: ['plain'] });
  });

  it('rejects with its error as it was before it was sealed', async () => {
    const { receive, call } = calling();
    receive([8, 48, 1, ATTRIBUTES, 'com.e', sealed('ERROR com.p {"args":["no"],"kwargs":{"b":4}}')]);
    expect(await settled(call)).toMatchObject({ uri: 'com.e', args: ['no'], kwargs: { b: 4 } });
  });

  it.each([
    ['a result', [50, 1, ATTRIBUTES, sealed('YIELD com.other {"args":[],"kwargs":{}}')], 'forged'],
    ['a part', [50, 1, { ...ATTRIBUTES, progress: true }, sealed('YIELD com.other {}')], 'forged'],
    ['an error', [8, 48, 1, ATTRIBUTES, 'com.e', sealed('YIELD com.p {"args":[],"kwargs":{}}')], 'forged'],
    ['a result by another scheme', [50, 1, { ppt_scheme: 'mqtt' }, sealed('x')], 'unsupported'],
    ['a result that is no octet string', [50, 1, ATTRIBUTES, ['x']], 'malformed'],
    ['a result of nonsense', [50, 1, ATTRIBUTES, sealed('YIELD com.p {')], 'failed'],
    ['a result without args', [50, 1, ATTRIBUTES, sealed('YIELD com.p {"kwargs":{}}')], 'failed'],
    ['a result with a key id that is none', [50, 1, { ...ATTRIBUTES, ppt_keyid: 7 }, sealed('x')], 'malformed'],
    ['transparent payload', [50, 1, { enc_algo: 'cryptobox' }, Uint8Array.of(1)], 'unsupported'],
    ['transparent payload that is none', [50, 1, { enc_algo: 'invalid' }, Uint8Array.of(1)], 'malformed'],
  ])('rejects when %s cannot be opened', async (_what, list, problem) => {
    const { receive, call, roles } = calling();
    receive(list);
    const why = await settled(call);
    expect(why).toBeInstanceOf(PassthruError);
    expect(why).toMatchObject({ problem, message: expect.stringContaining('com.p') });
    expect(roles.unopened.count).toBe(1);
    // What comes later for it is late, not wrong.
    receive([50, 1, {}, []]);
    expect(roles.requests.late).toBe(1);
  });

  it('takes a plain result, unless its scheme tells who has made it', async () => {
    const plain = calling();
    plain.receive([50, 1, {}, ['plain']]);
    expect(await plain.call.promise).toMatchObject({ args: ['plain'] });
    const scheme = readable('x_read', true);
    const demanding = calling({ scheme });
    demanding.receive([50, 1, {}, ['plain']]);
    expect(await settled(demanding.call)).toMatchObject({ problem: 'plain' });
  });

  it('takes a plain error in any case: routers make such', async () => {
    const { receive, call } = calling({ scheme: readable('x_read', true) });
    receive([8, 48, 1, {}, 'wamp.error.no_such_procedure', ['none']]);
    expect(await settled(call)).toMatchObject({ uri: 'wamp.error.no_such_procedure', args: ['none'] });
  });

  it('that is plain is given a sealed result all the same', async () => {
    const { receive, call, sent } = calling({ sealedBy: undefined });
    expect(sent).toEqual([[48, 1, { timeout: 5 }, 'com.p', [1], { a: 2 }]]);
    receive([50, 1, ATTRIBUTES, sealed('YIELD com.p {"args":[3],"kwargs":{}}')]);
    expect(await call.promise).toMatchObject({ args: [3] });
  });

  it.each([
    ['the router passes nothing through', {}, [1], 'WAMP_ERR_PASSTHRU', 'announces no payload_passthru_mode'],
    ['its scheme throws', WELCOME, ['unsealable'], 'WAMP_ERR_PASSTHRU', 'could not be sealed by x_read: not today'],
    ['a value cannot be written', WELCOME, ['unwritable'], 'WAMP_ERR_SERIALIZATION', 'args[0]: it is unwritable'],
  ])('is not sent when %s, and uses up no id', async (_why, welcome, args, code, message) => {
    const scheme = readable();
    const { send, sent, roles } = session([scheme], welcome);
    const why = await settled(send(new Call('com.p', args, {}, {}, { sealedBy: scheme })));
    expect(why).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(why).toMatchObject({ message: expect.stringMatching(/^call of com\.p: /) });
    expect(sent).toEqual([]);
    send(new Call('com.p', [], {}, {}));
    expect(sent).toEqual([[48, 1, {}, 'com.p']]);
    expect(roles.requests.size).toBe(1);
  });
});

describe('a call in parts', () => {
  const announcing = {
    roles: { ...WELCOME.roles, dealer: { features: { ...FEATURE.features, progressive_call_invocations: true } } },
  };

  it('is sealed part by part', () => {
    const scheme = readable();
    const { send, sent, roles } = session([scheme], announcing);
    const call = new CallInParts('com.p', [1], {}, { timeout: 5 }, { sealedBy: scheme });
    send(call);
    roles.caller.sendPart(1, call, [2], {}, false);
    roles.caller.sendPart(1, call, [], {}, true);
    expect(sent).toMatchObject([
      [48, 1, { timeout: 5, progress: true, ...ATTRIBUTES }, 'com.p', [expect.any(Uint8Array)]],
      [48, 1, { progress: true, ...ATTRIBUTES }, 'com.p', [expect.any(Uint8Array)]],
      [48, 1, ATTRIBUTES, 'com.p', [expect.any(Uint8Array)]],
    ]);
    expect(sent.map((list) => sealedIn(list, 4))).toEqual(
      ['[1]', '[2]', '[]'].map((args) => `CALL com.p {"args":${args},"kwargs":{}}`),
    );
    expect(() => roles.caller.sendPart(1, call, ['unsealable'], {}, true)).toThrow(PassthruError);
  });

  it('of which a part of the result cannot be opened is cancelled', async () => {
    const scheme = readable();
    const { send, sent, receive } = session([scheme], {
      roles: { ...WELCOME.roles, dealer: { features: { ...FEATURE.features, call_canceling: true } } },
    });
    const call = send(new Call('com.p', [1], {}, {}, { sealedBy: scheme, onProgress: () => {} }));
    receive([50, 1, { ...ATTRIBUTES, progress: true }, sealed('YIELD com.q {}')]);
    expect(await settled(call)).toMatchObject({ problem: 'forged' });
    expect(sent.at(-1)).toEqual([49, 1, { mode: 'killnowait' }]);
  });
});

describe('a publication', () => {
  it('is sealed for its topic', () => {
    const scheme = readable();
    const { send, sent } = session([scheme]);
    send(new Publication('com.t', [1], {}, { exclude_me: false }, scheme));
    send(new Publication('com.t', [1], {}, {}));
    expect(sent).toMatchObject([
      [16, 1, { exclude_me: false, ...ATTRIBUTES }, 'com.t', [expect.any(Uint8Array)]],
      [16, 2, {}, 'com.t', [1]],
    ]);
    expect(sealedIn(sent[0], 4)).toBe('PUBLISH com.t {"args":[1],"kwargs":{}}');
  });

  it('is not sent where the router passes nothing through', async () => {
    const scheme = readable();
    const { send, sent } = session([scheme], { roles: { dealer: FEATURE, broker: {} } });
    expect(await settled(send(new Publication('com.t', [1], {}, {}, scheme)))).toMatchObject({
      problem: 'unsupported',
    });
    expect(sent).toEqual([]);
  });
});

function offering(endpoint: Endpoint, demanded?: readonly PayloadScheme[], schemes = demanded ?? [readable()]) {
  const world = session(schemes);
  const offered: Procedure = { procedure: 'com.p', options: {}, endpoint, demanded, id: undefined };
  world.send(new Register(offered));
  world.receive([65, 1, 77]);
  world.sent.length = 0;
  return world;
}

describe('an endpoint', () => {
  it('is given what was sealed, and answers likewise', () => {
    const scheme = readable();
    const { receive, sent } = offering(
      ({ args, kwargs, progress }) => {
        progress(['part']);
        return [args, kwargs];
      },
      undefined,
      [scheme],
    );
    const details = { ...ATTRIBUTES, receive_progress: true, procedure: 'com.p.q' };
    receive([68, 1, 77, details, sealed('CALL com.p.q {"args":[1],"kwargs":{"a":2}}')]);
    expect(sent).toMatchObject([
      [70, 1, { progress: true, ...ATTRIBUTES }, [expect.any(Uint8Array)]],
      [70, 1, ATTRIBUTES, [expect.any(Uint8Array)]],
    ]);
    expect(sent.map((list) => said((list[3] as List)[0]))).toEqual([
      'YIELD com.p.q {"args":["part"],"kwargs":{}}',
      'YIELD com.p.q {"args":[[[1],{"a":2}]],"kwargs":{}}',
    ]);
    expect(scheme.asked[0]?.inReplyTo).toEqual({ serializer: 'json', keyId: 'k1' });
  });

  it('has what it throws sealed, whatever that is', () => {
    const { receive, sent } = offering(() => {
      throw new Error('the cellar door is open');
    });
    receive([68, 1, 77, ATTRIBUTES, sealed('CALL com.p {"args":[],"kwargs":{}}')]);
    expect(sent).toMatchObject([[8, 68, 1, ATTRIBUTES, 'wamp.error.runtime_error', [expect.any(Uint8Array)]]]);
    expect(sealedIn(sent[0], 5)).toBe('ERROR com.p {"args":["the cellar door is open"],"kwargs":{}}');
  });

  it('has nothing of its answer sent plain when that cannot be sealed', () => {
    const { receive, sent, failures } = offering(() => 'unsealable');
    receive([68, 1, 77, ATTRIBUTES, sealed('CALL com.p {"args":[],"kwargs":{}}')]);
    expect(sent).toMatchObject([[8, 68, 1, ATTRIBUTES, 'wamp.error.runtime_error', [expect.any(Uint8Array)]]]);
    expect(failures).toMatchObject([{ code: 'WAMP_ERR_PASSTHRU' }]);
    const broken = readable();
    const silent = offering(() => 'x', undefined, [
      {
        ...broken,
        seal: () => {
          throw new Error('never');
        },
      },
    ]);
    silent.receive([68, 1, 77, ATTRIBUTES, sealed('CALL com.p {"args":[],"kwargs":{}}')]);
    expect(silent.sent).toEqual([[8, 68, 1, {}, 'wamp.error.runtime_error']]);
  });

  it.each([
    ['is sealed for another procedure', [ATTRIBUTES, sealed('CALL com.q {}')], 'wamp.error.invalid_argument', 'forged'],
    [
      'is of an unknown scheme',
      [{ ppt_scheme: 'mqtt' }, sealed('x')],
      'wamp.error.feature_not_supported',
      'unsupported',
    ],
    ['is no octet string', [ATTRIBUTES, ['x']], 'wamp.error.invalid_argument', 'malformed'],
    ['makes its scheme throw', [ATTRIBUTES, sealed('CALL com.p {')], 'wamp.error.runtime_error', 'failed'],
    [
      'is transparent',
      [{ enc_algo: 'cryptobox' }, Uint8Array.of(1)],
      'wamp.error.feature_not_supported',
      'unsupported',
    ],
  ])('is not called when a payload %s', (_why, rest, uri, problem) => {
    let called = 0;
    const { receive, sent, unopened, roles } = offering(() => {
      called += 1;
    });
    receive([68, 1, 77, ...rest], [68, 2, 77, ...rest]);
    expect(called).toBe(0);
    expect(sent).toEqual([
      [8, 68, 1, {}, uri, [expect.any(String)]],
      [8, 68, 2, {}, uri, [expect.any(String)]],
    ]);
    expect(unopened).toMatchObject([['a call', 'com.p', { problem }]]);
    expect(roles.unopened.count).toBe(2);
    receive([68, 3, 77, {}, ['plain']]);
    expect(called).toBe(1);
  });

  it('is given a call in parts, sealed each', async () => {
    const seen: unknown[] = [];
    const { receive, sent } = offering(async ({ parts }) => {
      for await (const { args } of parts) seen.push(...args);
    });
    const part = (text: string) => sealed(`CALL com.p {"args":[${text}],"kwargs":{}}`);
    receive([68, 1, 77, { ...ATTRIBUTES, progress: true }, part('1')]);
    receive([68, 1, 77, { ...ATTRIBUTES, progress: true }, part('2')], [68, 1, 77, ATTRIBUTES, part('')]);
    await new Promise(setImmediate);
    expect(seen).toEqual([1, 2]);
    expect(sent).toEqual([[70, 1, ATTRIBUTES, [expect.any(Uint8Array)]]]);
  });

  it('is given parts without attributes, as nexus passes them on, by those of the first', async () => {
    const seen: unknown[] = [];
    const { receive } = offering(
      async ({ parts }) => {
        for await (const { args } of parts) seen.push(...args);
      },
      undefined,
      [readable('x_read', true)],
    );
    const part = (text: string) => sealed(`CALL com.p.q {"args":[${text}],"kwargs":{}}`);
    receive([68, 1, 77, { ...ATTRIBUTES, progress: true, procedure: 'com.p.q' }, part('1')]);
    receive([68, 1, 77, { progress: true }, part('2')], [68, 1, 77, {}, part('3')]);
    await new Promise(setImmediate);
    expect(seen).toEqual([1, 2, 3]);
  });

  it.each([
    ['comes plain', [{ progress: true }, ['forged']], 'wamp.error.invalid_argument'],
    ['comes plain, and is the end', [{}], 'wamp.error.invalid_argument'],
    ['cannot be opened', [ATTRIBUTES, sealed('CALL com.q {}')], 'wamp.error.invalid_argument'],
  ])('is told that a call in parts is over when a part %s', async (_why, rest, uri) => {
    const seen: unknown[] = [];
    const { receive, sent } = offering(
      async ({ parts }) => {
        for await (const { args } of parts) seen.push(...args);
      },
      undefined,
      [readable('x_read', true)],
    );
    receive([68, 1, 77, { ...ATTRIBUTES, progress: true }, sealed('CALL com.p {"args":[1],"kwargs":{}}')]);
    await new Promise(setImmediate);
    receive([68, 1, 77, ...rest], [68, 1, 77, { ...ATTRIBUTES, progress: true }, sealed('late')]);
    await new Promise(setImmediate);
    expect(seen).toEqual([1]);
    expect(sent.slice(0, 1)).toEqual([[8, 68, 1, {}, uri, [expect.any(String)]]]);
  });

  it('that demands sealed calls is given no other', () => {
    const [strong, weak] = [readable('x_read', true), readable('x_weak')];
    const args: unknown[] = [];
    const { receive, sent } = offering((invocation) => void args.push(invocation.args), [strong], [strong, weak]);
    receive([68, 1, 77, {}, ['plain']]);
    receive([68, 2, 77, { ppt_scheme: 'x_weak' }, sealed('CALL com.p {"args":["weak"],"kwargs":{}}')]);
    receive([68, 3, 77, ATTRIBUTES, sealed('CALL com.p {"args":["strong"],"kwargs":{}}')]);
    expect(args).toEqual([['strong']]);
    expect(sent).toMatchObject([
      [8, 68, 1, {}, 'wamp.error.invalid_argument', ['the callee takes sealed payloads only']],
      [8, 68, 2, {}, 'wamp.error.invalid_argument', ['the callee takes sealed payloads only']],
      [70, 3, ATTRIBUTES, [expect.any(Uint8Array)]],
    ]);
  });
});

function subscribing(topics: readonly Partial<Topic>[], schemes: readonly PayloadScheme[] = [readable()]) {
  const world = session(schemes);
  const heard: Event[][] = topics.map(() => []);
  topics.forEach((topic, at) => {
    const wanted: Topic = {
      topic: 'com.t',
      options: {},
      handler: (event) => heard[at]?.push(event),
      id: undefined,
      ...topic,
    };
    world.send(new Subscribe(wanted));
    world.receive([33, at + 1, 99]);
  });
  return { ...world, heard };
}

describe('an event handler', () => {
  it('is given what was sealed, as is every other of its subscription', () => {
    const scheme = readable();
    const open = jest.spyOn(scheme, 'open');
    const { receive, heard } = subscribing([{}, {}], [scheme]);
    receive([36, 99, 5, { ...ATTRIBUTES, topic: 'com.t.u' }, sealed('PUBLISH com.t.u {"args":[1],"kwargs":{"a":2}}')]);
    expect(heard).toMatchObject([
      [{ args: [1], kwargs: { a: 2 }, topic: 'com.t.u', publication: 5 }],
      [{ args: [1], kwargs: { a: 2 }, topic: 'com.t.u', publication: 5 }],
    ]);
    expect(open).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['is sealed for another topic', [ATTRIBUTES, sealed('PUBLISH com.u {}')], 'forged'],
    ['is of an unknown scheme', [{ ppt_scheme: 'mqtt' }, sealed('x')], 'unsupported'],
    ['has a scheme that is no string', [{ ppt_scheme: 7 }, sealed('x')], 'malformed'],
    ['is transparent', [{ enc_algo: 'cryptobox' }, Uint8Array.of(1)], 'unsupported'],
    ['is transparent, and a text', [{ enc_algo: 'cryptobox' }, 'a1666e6f74696365'], 'unsupported'],
    ['is transparent, by no algorithm', [{ enc_algo: 'invalid' }, Uint8Array.of(1)], 'malformed'],
  ])('hears nothing of an event whose payload %s, which is counted, and told once', (_why, rest, problem) => {
    const { receive, heard, unopened, roles } = subscribing([{}]);
    receive([36, 99, 5, ...rest], [36, 99, 6, ...rest]);
    expect(heard).toEqual([[]]);
    expect(unopened).toMatchObject([['an event', 'com.t', { problem }]]);
    expect({ unopened: roles.unopened.count, events: roles.subscriber.events }).toEqual({ unopened: 2, events: 0 });
    receive([36, 99, 7, {}, ['plain']]);
    expect(heard).toMatchObject([[{ args: ['plain'] }]]);
  });

  it('that demands sealed events is given no other, beside one that takes all', () => {
    const scheme = readable();
    const { receive, heard, roles } = subscribing([{ demanded: [scheme] }, {}], [scheme]);
    receive([36, 99, 5, {}, ['plain']]);
    receive([36, 99, 6, ATTRIBUTES, sealed('PUBLISH com.t {"args":["sealed"],"kwargs":{}}')]);
    expect(heard.map((events) => events.map(({ args }) => args[0]))).toEqual([['sealed'], ['plain', 'sealed']]);
    expect(roles.unopened.count).toBe(1);
  });

  it.each([
    [{ publisher: 'x' }, /EVENT\.details\.publisher/],
    [{ topic: 7 }, /EVENT\.details\.topic/],
    [{ ...ATTRIBUTES, retained: 'x' }, /EVENT\.details\.retained/],
  ])(
    'hears nothing of an event of which a router tells nonsense (%j): that breaks the protocol',
    (details, message) => {
      const { receive, heard } = subscribing([{}]);
      expect(() => receive([36, 99, 5, details, ['x']])).toThrow(ProtocolError);
      expect(() => receive([36, 99, 5, details, ['x']])).toThrow(message);
      expect(heard).toEqual([[]]);
    },
  );
});

describe('Passthru', () => {
  it('keeps what a scheme throws at home, even what cannot be looked at', () => {
    const hostile = new Proxy(
      {},
      {
        getPrototypeOf: () => {
          throw new Error('no');
        },
      },
    );
    const scheme: PayloadScheme = {
      ...readable(),
      open: () => {
        throw hostile;
      },
    };
    const open = () =>
      new Passthru([scheme]).open(
        'an event',
        { details: ATTRIBUTES, args: sealed('x') },
        { type: 'CALL', uri: 'com.p' },
      );
    expect(open).toThrow(PassthruError);
    expect(open).toThrow('an event: its payload cannot be opened: it threw no Error');
  });
});

describe('unmet and refusal', () => {
  const [one, other] = [readable('x_one'), readable('x_other')];
  const passthru = new Passthru([one, other]);

  it('take what is demanded', () => {
    expect(passthru.unmet('it', undefined, undefined)).toBeUndefined();
    expect(passthru.unmet('it', [one], one)).toBeUndefined();
    expect(passthru.unmet('it', [one], other)).toMatchObject({
      problem: 'plain',
      message: 'it: expected a payload sealed by x_one, it came by x_other',
    });
  });

  it('tell a caller no more than it needs', () => {
    expect(passthru.refusal(new PassthruError('forged', 'the tag is wrong by one'))).toEqual({
      error: 'wamp.error.invalid_argument',
      args: ['the payload is not what its sender has sealed for this procedure'],
    });
  });
});
