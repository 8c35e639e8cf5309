import { type AnyActorRef, fromCallback, fromPromise, setup } from 'xstate';
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
  ['a transition that throws', 'event', setup({}).createMachine({ on: { fail: { actions: fails } } })],
  [
    'a promise that rejects',
    'event',
    fromPromise(({ self }) => new Promise((_, reject) => rejections.set(self, () => reject(new Error('fails'))))),
  ],
  ['a callback that throws', 'event', fromCallback(({ receive }) => receive(fails))],
] as const;

const rejections = new WeakMap<AnyActorRef, () => void>();

export function fail(actor: AnyActorRef): void {
  const reject = rejections.get(actor);
  if (reject === undefined) actor.send({ type: 'fail' });
  else reject();
}
