import { assign, type EventObject, fromCallback, fromPromise, setup } from 'xstate';
import { type Exit, type ExitReason, exit } from '../../supervisors/exit-reason.js';
import type { BackoffOptions } from '../../supervisors/spec/backoff.js';
import type {
  Budget,
  ChildHandle,
  ChildIdentity,
  ChildSpec,
  HandleIdentity,
  Restart,
  Shutdown,
} from '../../supervisors/spec/child-spec.js';
import { ConnectError, UsageError } from '../errors.js';
import { environmentOf } from '../peer/environment.js';
import { CRASHES } from '../peer/verdict.js';
import { A_STRING, AN_OBJECT, isText, unfit } from '../wamp/given.js';
import { type RouterOptions, realmsOf } from './options.js';
import { Router } from './router.js';

/** How a supervisor treats a router, where that is to differ from the defaults. */
export interface RouterSpecOptions {
  /** Default `transient`: restarted after every end but that by `stop()`. */
  readonly restart?: Restart;
  /** Default: what calls in flight and GOODBYE may take (`drain`, `goodbyeTimeout`), and 3,000 ms more. */
  readonly shutdown?: Shutdown;
  /** Default: as for a peer. */
  readonly backoff?: BackoffOptions;
  /** Default 10 restarts in 60 s; then it is parked, its siblings untouched. */
  readonly budget?: Budget;
}

const SPEC_OPTIONS = ['restart', 'shutdown', 'backoff', 'budget'] as const;

/**
 * The embedded router as a supervisor's child: ready when it listens, so that with `waitFor: 'ready'` its peers start behind
 * it; restarted with empty realms, on the port that it had; asked to end it says GOODBYE to every session.
 *
 * A port that this user may not listen on parks it at once; one that is taken is tried again.
 *
 * @param id its name in the tree: `tree.router(id)` is the handle to hold, a {@link Router} that outlives restarts
 * @param options those of `router()`, and how the supervisor treats it; or a router that was made by `new Router(…)`, which peers of
 *   the same tree can then have as their `url`. The tree's logger and clock are the default of a router that is made here
 * @throws {UsageError} when an option makes no sense; nothing has been started then
 * @example
 * supervisor({
 *   waitFor: 'ready',
 *   children: [routerSpec('router', { port: 8080 }), peer('lamp', { url: 'ws://127.0.0.1:8080/ws', realm: 'realm1' })],
 * })
 */
export function routerSpec(id: string, options: Router | (RouterOptions & RouterSpecOptions) = {}): ChildSpec {
  if (!isText(id)) throw unfit('routerSpec', 'its id', A_STRING, id);
  if (!AN_OBJECT.fits(options)) throw unfit(`router "${id}"`, 'its options', AN_OBJECT, options);
  const given = options instanceof Router ? options : undefined;
  const { own, spec } = parts(given === undefined ? (options as RouterOptions & RouterSpecOptions) : {});
  if (given === undefined) checkedHere(id, own);
  const { restart = 'transient', backoff = {}, budget = CRASHES } = spec;
  const { shutdown = (own.drain ?? 0) + (own.goodbyeTimeout ?? 2_000) + 3_000 } = spec;
  return {
    id,
    start: routerMachine,
    restart,
    shutdown,
    backoff,
    budget,
    ready: (snapshot: unknown) => (snapshot as { readonly value?: unknown }).value === 'listening',
    judge: (reason: ExitReason) => (reason instanceof ConnectError && !reason.transient ? 'park' : undefined),
    handle: ({ environment }: HandleIdentity) => new RouterLife(given ?? made(own, environment)),
    // Not the options: inspectors show what an actor is given, and options hold secrets.
    input: ({ handle }: ChildIdentity) => ({ router: (handle as RouterLife).router }),
  };
}

/** What stands for a router in its tree, over all restarts. */
export class RouterLife implements ChildHandle {
  readonly router: Router;

  constructor(router: Router) {
    this.router = router;
  }

  /** It is gone for good: if its last actor was killed, it may be running yet. */
  disposed(): void {
    void this.router.kill();
  }
}

function made(options: RouterOptions, environment: unknown): Router {
  const { clock, logger } = environmentOf(environment);
  return new Router({ clock, logger, ...options });
}

function parts(options: RouterOptions & RouterSpecOptions): { own: RouterOptions; spec: RouterSpecOptions } {
  const isSpec = ([name]: readonly [string, unknown]) => (SPEC_OPTIONS as readonly string[]).includes(name);
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return {
    own: Object.fromEntries(entries.filter((entry) => !isSpec(entry))),
    spec: Object.fromEntries(entries.filter(isSpec)),
  };
}

/** Says whose options make no sense, where the user wrote them, and not at the first start. */
function checkedHere(id: string, options: RouterOptions): void {
  try {
    realmsOf(options);
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`router "${id}": ${error.message}`) : error;
  }
}

interface RouterInput {
  readonly router: Router;
}

interface RouterContext extends RouterInput {
  readonly reason: ExitReason;
}

/** One run of a router: from `start()` to its end, however that comes. */
export const routerMachine = setup({
  types: {
    input: {} as RouterInput,
    context: {} as RouterContext,
    events: {} as { type: 'supervisor.shutdown'; reason: ExitReason },
    output: {} as Exit,
  },
  actors: {
    start: fromPromise<void, Router>(({ input }) => input.start()),
    run: fromPromise<ExitReason, Router>(async ({ input }) => (await input.exited) ?? 'shutdown'),
    stop: fromPromise<void, Router>(({ input }) => input.stop()),
    // However this run ends, killed included, the router does not outlive it. Once it was stopped this does nothing.
    presence: fromCallback<EventObject, Router>(
      ({ input }) =>
        () =>
          void input.kill(),
    ),
  },
  actions: {
    noteShutdown: assign(({ event }) => (event.type === 'supervisor.shutdown' ? { reason: event.reason } : {})),
    noteReason: assign((_, { reason }: { reason: ExitReason }) => ({ reason })),
  },
}).createMachine({
  id: 'router',
  context: ({ input }) => ({ ...input, reason: 'normal' }),
  output: ({ context }) => exit(context.reason),
  invoke: { id: 'presence', src: 'presence', input: ({ context }) => context.router },
  on: { 'supervisor.shutdown': { target: '.stopping', actions: 'noteShutdown' } },
  initial: 'starting',
  states: {
    starting: {
      invoke: {
        id: 'start',
        src: 'start',
        input: ({ context }) => context.router,
        onDone: 'listening',
        onError: { target: 'ended', actions: { type: 'noteReason', params: ({ event }) => ({ reason: event.error }) } },
      },
    },
    listening: {
      invoke: {
        id: 'run',
        src: 'run',
        input: ({ context }) => context.router,
        onDone: { target: 'ended', actions: { type: 'noteReason', params: ({ event }) => ({ reason: event.output }) } },
      },
    },
    stopping: {
      on: { 'supervisor.shutdown': {} },
      invoke: {
        id: 'stop',
        src: 'stop',
        input: ({ context }) => context.router,
        onDone: 'ended',
        onError: { target: 'ended', actions: { type: 'noteReason', params: ({ event }) => ({ reason: event.error }) } },
      },
    },
    ended: { type: 'final' },
  },
});
