/** What runs in the page: the scenarios, on a router that the test beside the page starts, stops and kills. */
import { expect } from 'expect';
import { cbor } from '../../../src/serializers/cbor.js';
import { json } from '../../../src/serializers/json.js';
import { msgpack } from '../../../src/serializers/msgpack.js';
import { scenarios } from '../../scenarios/suite.js';
import type { Running, World } from '../../support/worlds.js';
import { collect } from './collected.js';

/** What the test beside the page does for it. */
type Beside = (what: 'start' | 'kill' | 'stop' | 'restart' | 'held' | 'dispose') => Promise<never>;

declare const beside: Beside;

/** What is known of the router's kind. */
type Facts = Omit<World, 'start'>;

const SERIALIZERS = { json, msgpack, cbor };

function world(facts: Facts, serializer: keyof typeof SERIALIZERS): World {
  return {
    ...facts,
    async start(): Promise<Running> {
      const facts = (await beside('start')) as Pick<Running, 'url' | 'realm' | 'lockedRealm'>;
      return {
        ...facts,
        serializers: [SERIALIZERS[serializer]()],
        kill: () => beside('kill'),
        stop: () => beside('stop'),
        start: () => beside('restart'),
        // A promise of it, which the suite awaits: the router is in another process.
        held: () => beside('held') as never,
        dispose: () => beside('dispose'),
      };
    },
  };
}

async function all(bodies: readonly (() => unknown)[]): Promise<void> {
  for (const body of bodies) await body();
}

/** Defines the tests, and gives back how to run each. */
function load(facts: Facts, serializer: keyof typeof SERIALIZERS) {
  const { tests, hooks } = collect(() => scenarios(world(facts, serializer)));
  return {
    begin: () => all(hooks.beforeAll as (() => unknown)[]),
    end: () => all(hooks.afterAll as (() => unknown)[]),
    /** @returns what went wrong, or an empty text */
    async run(title: string): Promise<string> {
      const test = tests.find(({ path }) => path.join() === title);
      if (test === undefined) return 'there is no such test in the page';
      try {
        await all(hooks.beforeEach as (() => unknown)[]);
        try {
          await test.run();
        } finally {
          await all(hooks.afterEach as (() => unknown)[]);
        }
        return '';
      } catch (error) {
        return error instanceof Error ? `${error.stack ?? error.message}` : String(error);
      }
    },
  };
}

Object.assign(globalThis, {
  expect,
  load,
  // What a scenario uses of Node.
  setImmediate: (body: () => void) => setTimeout(body, 0),
});
