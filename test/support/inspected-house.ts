import { assign, sendTo, setup } from 'xstate';
import { exit, start, supervised, supervisor, type Tree } from '../../supervisors/index.js';

/** What must never reach a page. */
export const CANARY = 'canary-5f1e0c';

/** What must reach a page as text only. */
export const MARKUP = '<img src=x onerror="document.title=\'owned\'">';

type SessionEvent = { type: 'WELCOME' | 'ABORT' | 'GOODBYE'; reason?: unknown };

/** Like a WAMP session: a few states, and an end with a reason. */
const session = setup({
  types: { context: {} as { reason: unknown; ticket: string }, events: {} as SessionEvent },
  delays: { welcomeTimeout: 3_600_000 },
}).createMachine({
  id: 'session',
  context: { reason: 'normal', ticket: CANARY },
  initial: 'establishing',
  on: { ABORT: { target: '.aborted', actions: assign({ reason: ({ event }) => event.reason }) } },
  states: {
    establishing: { on: { WELCOME: 'established' }, after: { welcomeTimeout: 'lost' } },
    established: { on: { GOODBYE: 'left' } },
    left: { type: 'final' },
    lost: { type: 'final' },
    aborted: { type: 'final' },
  },
  output: ({ context }) => exit(context.reason),
});

/** Like a peer: its session is a child machine, and it ends with the session's reason. */
export const peerMachine = setup({
  types: {
    context: {} as Record<string, unknown>,
    input: {} as { context?: Record<string, unknown> },
    events: {} as SessionEvent,
  },
  actors: { session: supervised(session) },
}).createMachine({
  id: 'peer',
  context: ({ input }) => ({ realm: 'realm1', ...input.context, reason: 'normal' }),
  initial: 'joining',
  invoke: {
    id: 'session',
    src: 'session',
    onDone: {
      target: '.failed',
      actions: assign({ reason: ({ event }) => (event.output as { reason: unknown }).reason }),
    },
  },
  on: { ABORT: { actions: sendTo('session', ({ event }) => event) } },
  states: {
    joining: { on: { WELCOME: { target: 'joined', actions: sendTo('session', { type: 'WELCOME' }) } } },
    joined: {},
    failed: { type: 'final' },
  },
  output: ({ context }) => exit(context['reason']),
});

/** A small tree: two peers, and a floor of its own with one more. */
export function startHouse(context: Record<string, unknown> = {}, extraId = 'door'): Tree {
  const peer = (id: string) => ({ id, start: peerMachine, input: { context: { name: id, ...context } } });
  return start(
    supervisor({
      strategy: 'rest_for_one',
      intensity: 3,
      period: 5_000,
      children: [
        peer('thermostat'),
        { id: 'upstairs', start: supervisor({ children: [peer('lamp'), peer('blind')] }) },
        peer(extraId),
      ],
    }),
  );
}
