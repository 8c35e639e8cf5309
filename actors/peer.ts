/**
 * One incarnation of a peer: one transport, one session, then the end. It decides nothing about restarts (its supervisor
 * does) and keeps nothing that outlives a session (its host does). Traffic does not pass through it.
 */

import { assign, fromCallback, fromPromise, sendTo } from 'xstate';
import { supervised } from '../supervisors/engine/supervised.js';
import { type ExitReason, exit } from '../supervisors/exit-reason.js';
import { notOpened, type PeerEvent, type PeerHost, type PeerInput, reasonOf } from './peer-host.js';
import { type SessionInput, sessionMachine } from './session.js';
import { setup } from './setup.js';

export type { PeerEvent, PeerHost, PeerInput, PeerState } from './peer-host.js';

interface PeerContext extends PeerInput {
  readonly sessionInput: SessionInput | undefined;
  /** Whether this side asked for the end: then it is a normal one, however the session ended. */
  readonly asked: boolean;
  /** Whether it asked for another session in its place. */
  readonly again: boolean;
  readonly wait: boolean;
  readonly goodbye: string | undefined;
  readonly reason: ExitReason;
}

/** Why something did not come about, as the event tells that ends it. */
const thrown = ({ event }: { event: { error: unknown } }) => ({ why: event.error });
const ended = ({ event }: { event: { output: unknown } }) => ({ why: reasonOf(event.output) });
const late = ({ context }: { context: PeerContext }) => ({ why: notOpened(context.host) });

export const peerMachine = setup({
  types: { input: {} as PeerInput, context: {} as PeerContext, events: {} as PeerEvent },
  actors: {
    openTransport: fromPromise<SessionInput, PeerHost>(({ input, signal }) => input.open(signal)),
    // It invokes an actor of its own, which must not outlive it.
    session: supervised(sessionMachine),
    // However this incarnation ends, killed included, its transport ends with it.
    transport: fromCallback<{ type: 'none' }, SessionInput>(
      ({ input }) =>
        () =>
          input.wire.close(),
    ),
  },
  actions: {
    join: sendTo('session', { type: 'session.join' }),
    leave: sendTo('session', ({ context }) => ({
      type: 'session.leave',
      wait: context.wait,
      ...(context.goodbye === undefined ? {} : { reason: context.goodbye }),
    })),
    abort: sendTo('session', ({ event }) =>
      event.type === 'peer.abort'
        ? { type: 'session.abort', reason: event.reason, message: event.message }
        : { type: 'session.leave' },
    ),
    rememberWish: assign(({ event }) =>
      event.type === 'peer.leave'
        ? { asked: true, again: false, wait: event.wait ?? true, goodbye: event.reason }
        : { asked: true, again: false, wait: true },
    ),
    rememberRejoin: assign({ again: true, wait: true, goodbye: undefined }),
    rejoin: assign({ again: false }),
    tellRejoining: ({ context }) => context.host.rejoining(),
    rememberShutdown: assign(({ event }) => (event.type === 'supervisor.shutdown' ? { reason: event.reason } : {})),
    passOver: ({ context }, { why }: { why: unknown }) => context.host.passOver(why),
    rememberFailure: assign(({ context }, { why }: { why: unknown }) => ({ reason: context.host.outcome(why) })),
    tellEstablished: ({ context, event }) => {
      if (event.type === 'session.established') context.host.established(event.session, event.details);
    },
    tellJoined: ({ context }) => context.host.joined(),
    tellHealed: ({ context }) => context.host.healed(),
    tellLeaving: ({ context }) => context.host.leaving(),
    tellEnded: ({ context }) => context.host.ended(context.reason),
  },
  guards: {
    /** The standard knows no second try on one transport: another router is another connection. */
    hasNext: ({ context }) => context.host.hasNext,
    asked: ({ context }) => context.asked,
    again: ({ context }) => context.again,
    /** Its supervisor was: the next incarnation may be there already, and has the host to itself. */
    killed: ({ event }) => event.type === 'supervisor.shutdown' && event.reason === 'killed',
  },
  delays: { openTimeout: ({ context }) => context.host.openTimeout },
}).createMachine({
  id: 'peer',
  context: ({ input }) => ({
    ...input,
    sessionInput: undefined,
    asked: false,
    again: false,
    wait: true,
    goodbye: undefined,
    reason: 'normal',
  }),
  output: ({ context }) => exit(context.reason),
  initial: 'connecting',
  states: {
    connecting: {
      invoke: {
        id: 'opening',
        src: 'openTransport',
        input: ({ context }) => context.host,
        onDone: { target: 'connected', actions: assign(({ event }) => ({ sessionInput: event.output })) },
        onError: [
          { guard: 'hasNext', target: 'connecting', reenter: true, actions: { type: 'passOver', params: thrown } },
          { target: 'failed', actions: { type: 'rememberFailure', params: thrown } },
        ],
      },
      after: {
        openTimeout: [
          { guard: 'hasNext', target: 'connecting', reenter: true, actions: { type: 'passOver', params: late } },
          { target: 'failed', actions: { type: 'rememberFailure', params: late } },
        ],
      },
      on: {
        'peer.leave': 'left',
        'supervisor.shutdown': { target: 'left', actions: 'rememberShutdown' },
      },
    },
    connected: {
      invoke: [
        { id: 'transport', src: 'transport', input: ({ context }) => required(context) },
        {
          id: 'session',
          src: 'session',
          input: ({ context }) => required(context),
          onDone: [
            { guard: 'again', target: 'connecting', actions: ['rejoin', 'tellRejoining'] },
            { guard: 'asked', target: 'left' },
            { guard: 'hasNext', target: 'connecting', actions: { type: 'passOver', params: ended } },
            { target: 'failed', actions: { type: 'rememberFailure', params: ended } },
          ],
          onError: { target: 'failed', actions: assign(({ event }) => ({ reason: event.error })) },
        },
      ],
      on: {
        'peer.leave': { target: '.leaving', actions: 'rememberWish' },
        'supervisor.shutdown': [
          { guard: 'killed', target: 'left', actions: 'rememberShutdown' },
          { target: '.leaving', actions: ['rememberWish', 'rememberShutdown'] },
        ],
        'peer.abort': { actions: 'abort' },
      },
      initial: 'joining',
      states: {
        joining: {
          entry: 'join',
          on: { 'session.established': { target: 'restoring', actions: 'tellEstablished' } },
        },
        restoring: {
          on: {
            'peer.restored': { target: 'joined', actions: 'tellJoined' },
            'peer.degraded': { target: 'degraded', actions: 'tellJoined' },
          },
        },
        joined: { on: { 'peer.rejoin': { target: 'leaving', actions: 'rememberRejoin' } } },
        degraded: {
          on: {
            'peer.restored': { target: 'joined', actions: 'tellHealed' },
            'peer.rejoin': { target: 'leaving', actions: 'rememberRejoin' },
          },
        },
        leaving: {
          entry: ['tellLeaving', 'leave'],
          // Asked once is enough: a second wish must not say GOODBYE twice. Who wants it to stay away is heard all the same.
          on: {
            'peer.leave': { actions: 'rememberWish' },
            'peer.abort': {},
            'supervisor.shutdown': [
              { guard: 'killed', target: '#peer.left', actions: 'rememberShutdown' },
              { actions: ['rememberWish', 'rememberShutdown'] },
            ],
          },
        },
      },
    },
    left: { type: 'final', entry: 'tellEnded' },
    failed: { type: 'final', entry: 'tellEnded' },
  },
});

function required(context: PeerContext): SessionInput {
  if (context.sessionInput === undefined) throw new Error('a session begins on an open transport');
  return context.sessionInput;
}
