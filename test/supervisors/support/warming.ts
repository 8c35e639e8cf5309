import { setup } from 'xstate';
import { type ChildIdentity, type ChildSpec, exit } from '../../../supervisors/index.js';

/** A machine that is ready when it was told to get `warm`; it ends as it is told, and at once when it is asked to. */
const machine = (log: string[]) =>
  setup({
    types: {
      context: {} as { reason: unknown; id: string },
      input: {} as { id: string },
      events: {} as { type: 'exit' | 'supervisor.shutdown'; reason: unknown } | { type: 'warm' | 'tick' | 'crash' },
    },
    actions: {
      crash: () => {
        throw new Error('crashed');
      },
      note: ({ context }, params: string) => log.push(`${params}${context.id}`),
    },
  }).createMachine({
    context: ({ input }) => ({ reason: undefined, id: input.id }),
    initial: 'cold',
    entry: { type: 'note', params: '+' },
    on: {
      tick: {},
      crash: { actions: 'crash' },
      exit: { target: '.ended', actions: ({ context, event }) => Object.assign(context, { reason: event.reason }) },
      'supervisor.shutdown': {
        target: '.ended',
        actions: ({ context, event }) => Object.assign(context, { reason: event.reason }),
      },
    },
    states: {
      cold: { on: { warm: 'warm' } },
      warm: {},
      ended: { type: 'final', entry: { type: 'note', params: '-' } },
    },
    output: ({ context }) => exit(context.reason),
  });

export const isWarm = (snapshot: unknown): boolean => (snapshot as { readonly value: unknown }).value === 'warm';

/** A child that has to get warm. The log has `+id` for each start and `-id` for each end. */
export const warming = (id: string, log: string[] = [], more: Partial<ChildSpec> = {}): ChildSpec => ({
  id,
  start: machine(log),
  input: (child: ChildIdentity) => ({ id: child.id }),
  ready: isWarm,
  ...more,
});
