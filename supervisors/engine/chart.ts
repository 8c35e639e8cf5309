const killed = { 'xstate.stop': { target: 'stopped' } } as const;

/** Where a running supervisor can go at any time. */
const leaving = [
  { target: 'stopping', guard: 'it was asked to shut down, and a child takes its time' },
  { target: 'stopped', guard: 'it was asked to shut down' },
  { target: 'escalating', guard: 'too many restarts, and a child takes its time to stop' },
  { target: 'gaveUp', guard: 'too many restarts' },
] as const;

/**
 * A supervisor as a state chart. A supervisor is custom logic, since a machine can neither wait for its children to end
 * nor stop them in order; this object is what an inspector draws. The states are the values that the engine gives to
 * the snapshot, and there is an edge for every move between them, which a test holds against what really happens.
 */
export const SUPERVISOR_CHART = {
  id: 'supervisor',
  initial: 'starting',
  states: {
    starting: {
      always: [
        { target: 'running', guard: 'every child has started, or waits for others to get ready' },
        { target: 'failed', guard: 'a child did not start' },
      ],
      on: killed,
    },
    running: {
      always: [{ target: 'restarting', guard: 'a child is to be restarted' }, ...leaving],
      on: killed,
    },
    restarting: {
      always: [{ target: 'running', guard: 'no restart is left to do' }, ...leaving],
      on: killed,
    },
    stopping: { always: [{ target: 'stopped', guard: 'every child is down' }], on: killed },
    escalating: { always: [{ target: 'gaveUp', guard: 'every child is down' }], on: killed },
    stopped: { type: 'final' },
    gaveUp: { type: 'final' },
    failed: { type: 'final' },
  },
} as const;

/** The states of a supervisor. The last three are ends. */
export type SupervisorValue = keyof typeof SUPERVISOR_CHART.states;
