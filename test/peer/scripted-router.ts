import type { PeerOptions } from '../../src/peer/options.js';
import { type PeerSpecOptions, peer } from '../../src/peer/spec.js';
import { start } from '../../src/start.js';
import { ScriptedRouter as Scripted } from '../../src/testing/scripted-router.js';
import type { List } from '../../src/wamp/values.js';
import { supervisor } from '../../supervisors/index.js';
import { plainJson, settle } from '../actors/scripted.js';
import { CountingClock } from '../support/counting-clock.js';
import { recordingLogger } from '../support/recording-logger.js';

/** The one of `respell/testing`, at the address that these tests expect, and without a script. */
export class ScriptedRouter extends Scripted {
  constructor() {
    super({ address: 'ws://127.0.0.1:8080/ws' });
  }

  async say(...lists: List[]): Promise<void> {
    this.transport.receive(...lists);
    await settle();
  }
}

const FEATURES = { call_canceling: true, progressive_call_invocations: true };

export const WELCOME: List = [2, 7, { roles: { broker: {}, dealer: { features: FEATURES } } }];

/** One peer under a supervisor, in virtual time, its router the test. Its backoff is exactly 100 ms. */
export async function scripted(options: Partial<PeerOptions> & PeerSpecOptions = {}) {
  const clock = new CountingClock();
  const router = new ScriptedRouter();
  const log = recordingLogger();
  const tree = start(
    supervisor({
      children: [
        peer('me', {
          url: router,
          realm: 'realm1',
          serializers: [plainJson],
          backoff: { first: 200, base: 200, max: 200 },
          ...options,
        }),
      ],
    }),
    { clock, logger: log, random: () => 0.5 },
  );
  const me = tree.peer('me');
  await settle();
  const world = {
    clock,
    router,
    log,
    tree,
    me,
    /** WELCOME, and an answer to each registration and subscription: ids from 101. */
    async welcome() {
      await router.say(WELCOME);
      for (const [code, id] of router.sent) {
        if (code === 64) router.transport.receive([65, id, 100 + (id as number)]);
        if (code === 32) router.transport.receive([33, id, 100 + (id as number)]);
      }
      await settle();
      return world;
    },
    /** The connection breaks; after the backoff there is another, not welcomed yet. */
    async reconnect() {
      router.transport.lose();
      await settle();
      clock.increment(100);
      await settle();
      return world;
    },
    /** Ends everything, and looks whether anything is left. */
    async end() {
      const stopped = tree.stop();
      await settle();
      if (router.transports.length > 0) await router.say([6, {}, 'wamp.close.goodbye_and_out']);
      clock.increment(10_000);
      await stopped;
      const open = router.transports.filter(({ state }) => state === 'open').length;
      const { unsettled, waiting } = me.stats();
      return { timers: clock.timers, open, unsettled, waiting };
    },
  };
  return world;
}

export const NOTHING_LEFT = { timers: 0, open: 0, unsettled: 0, waiting: 0 };
