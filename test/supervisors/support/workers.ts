import {
  type AnyActorRef,
  fromCallback,
  fromObservable,
  fromPromise,
  fromTransition,
  type Observer,
  type Subscribable,
  setup,
} from 'xstate';
import { exit } from '../../../supervisors/index.js';

/**
 * A machine that ends as it is told: `exit` with a reason, `crash` with a throw. It takes `supervisor.shutdown`, and
 * then ends at once, after `slow` milliseconds, or never.
 */
export function worker(onShutdown: 'obey' | 'ignore' | { readonly slow: number } = 'obey', log: string[] = []) {
  return setup({
    types: {
      context: {} as { reason: unknown; id: string },
      input: {} as { id: string } | undefined,
      events: {} as { type: 'exit' | 'supervisor.shutdown'; reason: unknown } | { type: 'crash' },
    },
    actions: {
      crash: () => {
        throw new Error('crashed');
      },
      note: ({ context }, params: string) => log.push(`${params} ${context.id}`),
    },
    delays: { slow: typeof onShutdown === 'object' ? onShutdown.slow : 0 },
  }).createMachine({
    id: 'worker',
    context: ({ input }) => ({ reason: undefined, id: input?.id ?? '' }),
    initial: 'working',
    entry: { type: 'note', params: 'start' },
    states: {
      working: {
        on: {
          exit: { target: 'ended', actions: ({ context, event }) => Object.assign(context, { reason: event.reason }) },
          crash: { actions: 'crash' },
          'supervisor.shutdown': {
            target: onShutdown === 'ignore' ? undefined : onShutdown === 'obey' ? 'ended' : 'closing',
            actions: [
              { type: 'note', params: 'asked' },
              ({ context, event }) => Object.assign(context, { reason: event.reason }),
            ],
          },
        },
      },
      closing: { after: { slow: 'ended' } },
      ended: { type: 'final', entry: { type: 'note', params: 'end' } },
    },
    output: ({ context }) => exit(context.reason),
  });
}

/** Ends by itself never, and takes no request to end. */
export const idle = fromCallback(() => {});

const fails = (): never => {
  throw new Error('fails');
};

/** Every way for a child to fail: `when` is whether it does so while it starts, or on an event `fail`. */
export const FAILURES = [
  ['an entry action that throws', 'start', setup({}).createMachine({ entry: fails })],
  ['a context factory that throws', 'start', setup({}).createMachine({ context: fails })],
  [
    'a chain of always that throws',
    'start',
    setup({}).createMachine({
      initial: 'a',
      states: { a: { always: 'b' }, b: { always: { target: 'c', actions: fails } }, c: {} },
    }),
  ],
  ['a promise function that throws', 'start', fromPromise(fails)],
  ['a callback function that throws', 'start', fromCallback(fails)],
  ['an observable function that throws', 'start', fromObservable(fails)],
  ['a transition function whose first state throws', 'start', fromTransition((state) => state, fails)],
  ['a transition that throws', 'event', setup({}).createMachine({ on: { fail: { actions: fails } } })],
  [
    'a promise that rejects',
    'event',
    fromPromise(({ self }) => new Promise((_, reject) => rejections.set(self, () => reject(new Error('fails'))))),
  ],
  ['a callback that throws', 'event', fromCallback(({ receive }) => receive(fails))],
  [
    'a transition function that throws',
    'event',
    fromTransition((state, { type }) => (type === 'fail' ? fails() : state), 0),
  ],
  [
    'an observable that fails',
    'event',
    fromObservable(({ self }) =>
      observable((observer) => rejections.set(self, () => observer.error?.(new Error('fails')))),
    ),
  ],
] as const;

const rejections = new WeakMap<AnyActorRef, () => void>();

/** @param start is given the observer of each subscription */
export function observable(start: (observer: Observer<unknown>) => unknown): Subscribable<unknown> {
  const subscribe = (observer: Observer<unknown>) => {
    start(observer);
    return { unsubscribe: () => {} };
  };
  return { subscribe } as Subscribable<unknown>;
}

export function fail(actor: AnyActorRef): void {
  const reject = rejections.get(actor);
  if (reject === undefined) actor.send({ type: 'fail' });
  else reject();
}
