/**
 * What the types promise without a contract, held by `npm run types`: each `@ts-expect-error` is an error that has to stay one,
 * and each type stated is the one there is. Nothing here is run.
 */
import {
  type Connector,
  connect,
  type Dict,
  type Id,
  type Invocation,
  type List,
  type Peer,
  peer,
  type Result,
  result,
  router,
  start,
  supervisor,
} from '../../src/index.js';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(..._proof: Same<A, B> extends true ? [] : [never]): void => {};

/** Payloads are `unknown`, never `any`: whoever uses one has to look at it first. */
export async function payloads(me: Peer): Promise<void> {
  const answer = await me.call('com.example.add', [2, 3]);
  same<typeof answer, Result>();
  same<(typeof answer.args)[number], unknown>();
  same<(typeof answer.kwargs)[string], unknown>();
  // @ts-expect-error: an unknown value has no methods
  answer.args[0].toFixed();
  const sum: number = Number(answer.args[0]);
  void sum;
  same<Invocation['args'], List>();
  same<Invocation['kwargs'], Dict>();
  const publication = await me.publish('com.example.news');
  same<typeof publication, Id | undefined>();
}

/** A handler returns a plain value, a promise of one, nothing, or `result(…)`; it takes what it needs. */
export async function handlers(me: Peer): Promise<void> {
  await me.register('com.example.number', () => 21.5);
  await me.register('com.example.text', async () => 'text');
  await me.register('com.example.nothing', () => {});
  await me.register('com.example.several', ({ args, kwargs }) => result([args.length], kwargs));
  await me.register('com.example.add', ({ args: [a, b] }) => Number(a) + Number(b), { invoke: 'roundrobin' });
  await me.subscribe('com.example.news', async ({ args: [news], topic }) => void [news, topic], { match: 'prefix' });
  // @ts-expect-error: payloads are unknown, so they cannot be added
  await me.register('com.example.add', ({ args: [a, b] }) => a + b);
  // @ts-expect-error: no function
  await me.register('com.example.add', 5);
}

/** A misspelt option, the wire's name or a value that an option does not take is an error where it is written. */
export async function options(me: Peer, connector: Connector): Promise<void> {
  await me.call('com.example.add', [], { timeout: 500, signal: AbortSignal.timeout(5), _trace: 'own' });
  // @ts-expect-error: did you mean timeout
  await me.call('com.example.add', [], { timeuot: 500 });
  // @ts-expect-error: a duration is a number of milliseconds
  await me.call('com.example.add', [], { timeout: '5s' });
  // @ts-expect-error: excludeMe here
  await me.publish('com.example.news', [], { exclude_me: false });
  // @ts-expect-error: arguments are a list
  await me.call('com.example.add', 2);
  // @ts-expect-error: no such policy
  await me.register('com.example.add', () => 1, { invoke: 'robin' });
  // @ts-expect-error: no such event
  me.on('join', () => {});
  await connect('ws://127.0.0.1:8080/ws', { realm: 'realm1', whenDown: 'fail' });
  await connect(connector, { realm: 'realm1' });
  // @ts-expect-error: the realm is missing
  await connect(connector, {});
  // @ts-expect-error: did you mean whenDown
  await connect(connector, { realm: 'realm1', whendown: 'fail' });
  // @ts-expect-error: did you mean realm
  await router({ raelm: 'realm1' });
  // @ts-expect-error: OTP has three kinds of restart
  peer('a', { url: connector, realm: 'realm1', restart: 'always' });
  // @ts-expect-error: OTP's names
  supervisor({ strategy: 'one_for_none', children: [] });
  // @ts-expect-error: did you mean logger
  start(supervisor({ children: [] }), { loger: console });
}
