/**
 * What a contract promises the compiler, held by `npm run types`: each `@ts-expect-error` is an error that has to stay one, and
 * each type stated is the one there is. Nothing here is run.
 */
import {
  type Connector,
  type ContractPeer,
  connect,
  contract,
  errorOf,
  type Id,
  isError,
  meta,
  type Peer,
  type PeerOf,
  peer,
  result,
  type StandardSchema,
  type Tree,
} from '../../src/index.js';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(..._proof: Same<A, B> extends true ? [] : [never]): void => {};

interface Report {
  readonly pages: number;
}

interface Api {
  procedures: {
    'com.example.add': { args: [a: number, b: number]; result: number };
    'com.example.now': { result: string };
    'com.example.reset': object;
    'com.example.multiply': (a: number, b: number) => Promise<number>;
    'com.example.divide': {
      args: [dividend: number, divisor: number];
      kwargs: { exact?: boolean };
      result: { args: [quotient: number, remainder: number]; kwargs: { exact: boolean } };
      errors: {
        'com.example.by_zero': object;
        'com.example.too_big': { args: [limit: number]; kwargs: { unit: string } };
      };
    };
    'com.example.store': { args: [name: string]; parts: { args: [chunk: Uint8Array] }; result: number };
    'com.example.report': { args: [year: number]; kwargs: { unit: string }; progress: string; result: Report };
    [valve: `com.example.valve.${string}.open`]: { args: [percent: number] };
  };
  topics: {
    'com.example.news': { args: [headline: string]; kwargs: { at: number } };
    'com.example.tick': object;
    [sensor: `com.example.sensor.${string}.value`]: { args: [celsius: number] };
  };
}

const api = contract<Api>();

/** A call takes what the contract says, as it says it, and gives what it says. */
export async function calls(me: ContractPeer<Api>): Promise<void> {
  const sum = await me.call('com.example.add', [2, 3], { timeout: 500, _trace: 'own' });
  same<typeof sum.args, readonly [number]>();
  const { args: now } = await me.call('com.example.now');
  same<typeof now, readonly [string]>();
  const nothing = await me.call('com.example.reset');
  same<typeof nothing.args, readonly []>();
  const product = await me.call('com.example.multiply', [2, 3]);
  same<typeof product.args, readonly [number]>();
  const { args, kwargs } = await me.call('com.example.divide', [7, 2], { kwargs: { exact: true } });
  const [quotient, remainder] = args;
  same<typeof quotient, number>();
  same<typeof remainder, number>();
  same<typeof kwargs, Readonly<{ exact: boolean }>>();
  await me.call('com.example.divide', [7, 2]);
  await me.call('com.example.valve.kitchen.open', [100]);
  me.cast('com.example.add', [2, 3]);
  const report = me.progress('com.example.report', [2026], { kwargs: { unit: 'kWh' }, buffer: 10 });
  for await (const part of report) same<typeof part.args, readonly [string]>();
  const { args: end } = await report.result;
  same<typeof end, readonly [Report]>();
  await me.call('com.example.report', [2026], {
    kwargs: { unit: 'kWh' },
    onProgress: ({ args: [part] }) => same<typeof part, string>(),
  });
  const upload = me.stream('com.example.store', ['report.txt'], { receiveProgress: false });
  same<boolean, Awaited<ReturnType<typeof upload.send>>>();
  await upload.send([new Uint8Array(1)]);
  const stored = await upload.end();
  same<typeof stored.args, readonly [number]>();
  me.stream('com.example.store', [], { parts: [[new Uint8Array(1)], { args: [new Uint8Array(1)] }] });
  // @ts-expect-error: a part is of another type
  await upload.send(['chunk']);
  // @ts-expect-error: a part is of another type
  me.stream('com.example.store', ['report.txt'], { parts: [['chunk']] });
  // @ts-expect-error: the first part is of another type
  me.stream('com.example.store', [1]);
  // @ts-expect-error: no such procedure
  await me.call('com.example.ad', [2, 3]);
  // @ts-expect-error: a topic is no procedure
  await me.call('com.example.news', ['']);
  // @ts-expect-error: an argument is missing
  await me.call('com.example.add', [2]);
  // @ts-expect-error: an argument is of another type
  await me.call('com.example.add', [2, '3']);
  // @ts-expect-error: an argument is too much
  await me.call('com.example.add', [2, 3, 4]);
  // @ts-expect-error: the arguments are missing
  await me.call('com.example.add');
  // @ts-expect-error: no arguments here
  await me.call('com.example.now', [1]);
  // @ts-expect-error: a keyword argument is needed
  await me.call('com.example.report', [2026]);
  // @ts-expect-error: a keyword argument is of another type
  await me.call('com.example.report', [2026], { kwargs: { unit: 1 } });
  // @ts-expect-error: did you mean exact
  await me.call('com.example.divide', [7, 2], { kwargs: { exatc: true } });
  // @ts-expect-error: did you mean timeout
  await me.call('com.example.add', [2, 3], { timeuot: 500 });
  // @ts-expect-error: a number has no such method
  (await me.call('com.example.add', [2, 3])).args[0].toUpperCase();
  // @ts-expect-error: there is one value
  (await me.call('com.example.add', [2, 3])).args[1];
}

/** An endpoint receives what the contract says, and returns what it says: a value, a promise of one, or `result(…)`. */
export async function endpoints(me: ContractPeer<Api>): Promise<void> {
  await me.register('com.example.add', ({ args: [a, b] }) => a + b, { invoke: 'roundrobin' });
  await me.register('com.example.add', async ({ args }) => args[0] + args[1]);
  await me.register('com.example.add', ({ args: [a, b] }) => result([a + b]));
  await me.register('com.example.reset', () => {});
  await me.register('com.example.reset', async () => {});
  await me.register('com.example.store', async ({ args: [name], parts }) => {
    let octets = name.length;
    for await (const { args } of parts) octets += args[0].length;
    return octets;
  });
  await me.register('com.example.multiply', ({ args: [a, b] }) => a * b);
  await me.register('com.example.divide', ({ args: [a, b], kwargs }) => {
    if (b === 0) throw errorOf(api, 'com.example.by_zero');
    return result([Math.trunc(a / b), a % b], { exact: kwargs.exact ?? false });
  });
  await me.register('com.example.report', async ({ args: [year], kwargs: { unit }, progress, signal, caller }) => {
    progress([`${year} ${unit}`]);
    // @ts-expect-error: parts are text
    progress([year]);
    void [signal.aborted, caller?.session];
    return { pages: 3 };
  });
  await me.register('com.example.valve.kitchen.open', ({ args: [percent] }) => void (percent satisfies number));
  await me.register('com.example.valve..open', ({ procedure, args: [percent] }) => void [procedure, percent + 1], {
    match: 'wildcard',
  });
  // @ts-expect-error: no such procedure
  await me.register('com.example.ad', () => 1);
  // @ts-expect-error: the result is of another type
  await me.register('com.example.add', () => 'five');
  // @ts-expect-error: the promised result is of another type
  await me.register('com.example.add', async () => 'five');
  // @ts-expect-error: the result is missing
  await me.register('com.example.add', () => {});
  // @ts-expect-error: a result of two values is no single one
  await me.register('com.example.divide', () => 3);
  // @ts-expect-error: one of the values is of another type
  await me.register('com.example.divide', () => result([1, 'two'], { exact: true }));
  // @ts-expect-error: there are two arguments
  await me.register('com.example.add', ({ args: [a, b, c] }) => a + b + c);
  // @ts-expect-error: nothing that the pattern matches
  await me.register('org.example.valve..open', () => {}, { match: 'wildcard' });
}

/** Events go out and come in as the contract says; a pattern hears the events of all that it matches. */
export async function events(me: ContractPeer<Api>): Promise<void> {
  same<Id | undefined, Awaited<ReturnType<typeof me.publish>>>();
  await me.publish('com.example.news', ['hello'], { kwargs: { at: 1 }, acknowledge: true, excludeMe: false });
  me.emit('com.example.tick');
  me.emit('com.example.sensor.attic.value', [21.5]);
  await me.subscribe('com.example.news', ({ args: [headline], kwargs: { at } }) => void [headline.length, at + 1]);
  for await (const { args } of me.events('com.example.news', { buffer: 10 }))
    same<typeof args, readonly [headline: string]>();
  await me.subscribe('com.example.sensor..value', ({ args: [celsius] }) => void (celsius + 1), { match: 'wildcard' });
  await me.subscribe(
    'com.example.',
    (event) => {
      if (event.topic === 'com.example.news') same<typeof event.args, readonly [headline: string]>();
      if (event.topic === 'com.example.tick') same<typeof event.args, readonly []>();
    },
    { match: 'prefix' },
  );
  // @ts-expect-error: no such topic
  await me.subscribe('com.example.new', () => {});
  // @ts-expect-error: a keyword argument is missing
  await me.publish('com.example.news', ['hello']);
  // @ts-expect-error: an argument is of another type
  me.emit('com.example.sensor.attic.value', ['warm']);
  // @ts-expect-error: did you mean excludeMe
  await me.publish('com.example.tick', [], { excludeMee: false });
  // @ts-expect-error: nothing that the pattern matches
  await me.subscribe('org.example', () => {}, { match: 'prefix' });
  // @ts-expect-error: nothing that the pattern matches
  me.events('com.example..', { match: 'wildcard' });
}

/** What an ERROR carries is known once its URI is. */
export function errors(error: unknown): void {
  const made = errorOf(api, 'com.example.too_big', [7], { unit: 'm' });
  if (isError(error, api, 'com.example.too_big')) {
    const [limit] = error.args;
    same<typeof limit, number>();
    same<typeof error.uri, 'com.example.too_big'>();
    same<typeof error.kwargs, Readonly<{ unit: string }>>();
    same<typeof error.code, 'WAMP_ERR_APPLICATION'>();
  }
  same<typeof made.args, readonly [limit: number]>();
  // @ts-expect-error: no procedure answers with it
  isError(error, api, 'com.example.too_bigg');
  // @ts-expect-error: its payload is missing
  errorOf(api, 'com.example.too_big');
  // @ts-expect-error: its payload is of another type
  errorOf(api, 'com.example.too_big', ['7'], { unit: 'm' });
}

/** A contract is given where a peer is made, or to a handle; what a peer declares is checked by it, too. */
export async function peers(connector: Connector, tree: Tree, plain: Peer): Promise<void> {
  const me = await connect(connector, {
    realm: 'realm1',
    contract: api,
    register: {
      'com.example.add': ({ args: [a, b] }) => a + b,
      'com.example.multiply': { handler: ({ args: [a, b] }) => a * b, invoke: 'random' },
      'com.example.valve..open': { handler: ({ args: [percent] }) => void (percent + 1), match: 'wildcard' },
    },
    subscribe: { 'com.example.news': ({ args: [headline] }) => void headline.length },
  });
  same<typeof me, ContractPeer<Api>>();
  same<ContractPeer<Api>, ReturnType<typeof viewed>>();
  function viewed() {
    return tree.peer('thermostat', api);
  }
  const other = plain.as(api);
  same<typeof other, ContractPeer<Api>>();
  same<typeof me.untyped, Peer>();
  same<PeerOf<typeof api>, ContractPeer<Api>>();
  void [meta(me), meta(plain)];
  await me.leave();
  await using scoped = me;
  void [scoped.status, scoped.stats().calls];
  peer('adder', { url: connector, realm: 'realm1', contract: api, register: { 'com.example.now': () => 'now' } });
  // @ts-expect-error: no such procedure
  peer('adder', { url: connector, realm: 'realm1', contract: api, register: { 'com.example.ad': () => 1 } });
  // @ts-expect-error: the result is of another type
  peer('adder', { url: connector, realm: 'realm1', contract: api, register: { 'com.example.now': () => 1 } });
  peer('hearer', {
    url: connector,
    realm: 'realm1',
    contract: api,
    // @ts-expect-error: no such argument
    subscribe: { 'com.example.news': ({ args: [, second] }) => void second },
  });
  // @ts-expect-error: did you mean register
  await connect(connector, { realm: 'realm1', contract: api, registr: {} });
  // @ts-expect-error: no contract
  await connect(connector, { realm: 'realm1', contract: {} });
  const any = await connect(connector, { realm: 'realm1', register: { 'com.example.any': ({ args: [a] }) => a } });
  same<typeof any, Peer>();
}

/** What makes no sense in an API is an error there. */
export function apis(): void {
  // @ts-expect-error: arguments are a list
  contract<{ procedures: { 'com.example.add': { args: number } } }>();
  // @ts-expect-error: no such part of a procedure
  contract<{ procedures: { 'com.example.add': { reslut: number } } }>();
  // @ts-expect-error: a topic has no result
  contract<{ topics: { 'com.example.news': { result: number } } }>();
  // @ts-expect-error: no such part of an API
  contract<{ procedure: object }>();
}

declare const aNumber: StandardSchema<number>;
declare const aText: StandardSchema<string>;
/** Takes text, and makes a Date of it. */
declare const aDate: StandardSchema<string, Date>;
declare const anAgenda: StandardSchema<{ from: string }, { from: Date }>;

const schemas = contract({
  procedures: {
    'com.example.add': { args: [aNumber, aNumber], result: aNumber },
    'com.example.days': {
      args: [aDate, aDate],
      kwargs: anAgenda,
      progress: aDate,
      result: { args: [aDate, aNumber] },
      errors: { 'com.example.too_far': { args: [aDate] } },
    },
    'com.example.valve..open': { match: 'wildcard', args: [aNumber] },
  },
  topics: {
    'com.example.dawn': { args: [aDate] },
    'com.example.log.': { match: 'prefix', args: [aText] },
  },
});

/** Of schemas that transform: whoever sends writes what they take, whoever receives sees what they make of it. */
export async function transforms(connector: Connector): Promise<void> {
  const me = await connect(connector, { realm: 'realm1', contract: schemas });
  await me.call('com.example.add', [1, 2]);
  const { args } = await me.call('com.example.days', ['2026-01-01', '2026-02-01'], {
    kwargs: { from: '2026-01-01' },
    onProgress: ({ args: [date] }) => same<typeof date, Date>(),
  });
  const [date, days] = args;
  same<typeof date, Date>();
  same<typeof days, number>();
  await me.register('com.example.days', ({ args: [from, to], kwargs, progress }) => {
    same<typeof from, Date>();
    same<typeof kwargs, Readonly<{ from: Date }>>();
    progress(['2026-01-01']);
    return result([to.toISOString(), 3]);
  });
  await me.publish('com.example.dawn', ['2026-01-01']);
  await me.subscribe('com.example.dawn', ({ args: [dawn] }) => void dawn.getTime());
  await me.publish('com.example.log.disk', ['full']);
  await me.subscribe('com.example.log.', ({ topic, args: [line] }) => void [topic, line.length], { match: 'prefix' });
  await me.register('com.example.valve..open', ({ args: [percent] }) => void (percent + 1), { match: 'wildcard' });
  // @ts-expect-error: a Date is what comes out, not what goes in
  await me.publish('com.example.dawn', [new Date()]);
  // @ts-expect-error: what goes in is text
  await me.register('com.example.days', ({ args: [, to] }) => result([to, 3]));
  // @ts-expect-error: no topic has the prefix
  await me.publish('com.example.lag.disk', ['full']);
}

/** Whoever does not have what comes looked at sees what was sent. */
export async function unchecked(connector: Connector): Promise<void> {
  const me = await connect(connector, { realm: 'realm1', contract: schemas, validate: 'out' });
  await me.subscribe('com.example.dawn', ({ args: [dawn] }) => void dawn.toUpperCase());
  const other = me.as(schemas, { validate: 'in' });
  await other.subscribe('com.example.dawn', ({ args: [dawn] }) => void dawn.getTime());
  peer('a', {
    url: connector,
    realm: 'realm1',
    contract: schemas,
    validate: false,
    subscribe: { 'com.example.dawn': ({ args: [dawn] }) => void dawn.toUpperCase() },
  });
  // @ts-expect-error: there are four ways
  await connect(connector, { realm: 'realm1', contract: schemas, validate: 'both' });
  // @ts-expect-error: did you mean args
  contract({ topics: { 'com.example.dawn': { arsg: [aDate] } } });
}
