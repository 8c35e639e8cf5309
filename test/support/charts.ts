import { createMachine, fromPromise, setup } from 'xstate';

/** A flat chart with transitions of all kinds, like the one of a WAMP session. */
export const flatMachine = setup({
  guards: { isOffered: () => true },
  delays: { welcomeTimeout: 5_000 },
  actors: { sign: fromPromise(async () => 1) },
  actions: { count: () => {} },
}).createMachine({
  id: 'session',
  initial: 'closed',
  on: { ABORT: '.aborted', 'transport.closed': '.lost' },
  states: {
    closed: { on: { 'session.join': 'establishing' } },
    establishing: {
      on: {
        WELCOME: 'established',
        CHALLENGE: [{ guard: 'isOffered', target: 'challenging' }, { target: 'aborted' }],
      },
      after: { welcomeTimeout: 'lost', 2000: 'lost' },
    },
    challenging: { invoke: { src: 'sign', onDone: 'establishing', onError: 'aborted' } },
    established: { on: { PING: { actions: 'count' }, AGAIN: { target: 'established', reenter: true } } },
    aborted: { type: 'final' },
    lost: { type: 'final' },
  },
});

/** Frames within frames, regions, and transitions that cross their borders in every direction. */
export const nestedMachine = createMachine({
  id: 'machine',
  initial: 'idle',
  on: { RESET: '.idle' },
  states: {
    idle: { on: { GO: 'work', IN: '#machine.work.watch.alarmed' } },
    work: {
      type: 'parallel',
      onDone: 'done',
      on: { AGAIN: { target: 'work', reenter: true } },
      states: {
        upload: {
          initial: 'sending',
          states: { sending: { on: { ACK: 'sent', BACK: '#machine.idle' } }, sent: { on: { DOWN: '#machine.done' } } },
        },
        watch: {
          initial: 'calm',
          states: { calm: { on: { NOISE: 'alarmed' } }, alarmed: { on: { RETRY: '#machine.work.watch' } } },
        },
      },
    },
    done: { type: 'final' },
  },
});
