import { deepStrictEqual } from 'node:assert';
import { router } from '../../../src/router/router.js';
import type { Serializer } from '../../../src/serializers/serializer.js';
import type { Connector, Transport } from '../../../src/transports/transport.js';
import { fromList, toList } from '../../../src/wamp/codec.js';
import type { Message } from '../../../src/wamp/message.js';
import type { Dict } from '../../../src/wamp/values.js';
import { described } from './sample.js';

/** A file of `multisession`: who sends what to the router, and what it sends to whom. */
export interface Scenario {
  readonly description: string;
  readonly sessions: readonly {
    readonly session_id: string;
    readonly roles: readonly string[];
    readonly realm: string;
  }[];
  readonly sequence: readonly Step[];
}

interface Step {
  readonly description: string;
  /** A session's name, or `router`. */
  readonly from: string;
  readonly to: string;
  readonly message: Dict & { readonly type: string };
}

/** How long a router may take for a message, in milliseconds. */
const DEADLINE = 5_000;

/** Ids that a router gives: those of a scenario stand for whatever comes in their place first. */
const GIVEN = ['subscription', 'publication', 'registration', 'session'];

/**
 * Plays a scenario on the embedded router. The request ids of the vectors are no sequence, so that is not asked for.
 *
 * @throws {Error} when the router sends something else, or something more
 */
export async function playScenario({ sessions, sequence }: Scenario, serializer: Serializer): Promise<void> {
  const realms = Object.fromEntries(sessions.map(({ realm }) => [realm, {}]));
  const house = await router({ realms, strictIds: false });
  try {
    const players = new Map<string, Player>();
    for (const { session_id: name, roles, realm } of sessions) {
      players.set(name, await Player.join(house, serializer, realm, roles));
    }
    const ids = new Map<string, unknown>();
    for (const { description, from, to, message } of sequence) {
      const { type, ...attributes } = message;
      const meant = described(type, attributes) as unknown as Record<string, unknown>;
      if (to === 'router') {
        players.get(from)?.send({ ...meant, ...known(meant, ids) } as unknown as Message);
        continue;
      }
      const came = (await players.get(to)?.next()) as unknown as Record<string, unknown>;
      for (const field of GIVEN) {
        const name = `${field} ${String(meant[field])}`;
        if (field in meant && !ids.has(name)) ids.set(name, came[field]);
      }
      // What else a router tells in details is for it to say.
      const details = 'details' in came ? { details: came['details'] } : {};
      deepStrictEqual(came, { ...meant, ...details, ...known(meant, ids) }, description);
    }
    for (const player of players.values()) await player.leave();
  } finally {
    await house.stop();
  }
}

/** The ids that are known by now, in place of those of the scenario. A message without details has none. */
function known(meant: Readonly<Record<string, unknown>>, ids: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const fields = GIVEN.filter((field) => ids.has(`${field} ${String(meant[field])}`));
  return Object.fromEntries(fields.map((field) => [field, ids.get(`${field} ${String(meant[field])}`)]));
}

/** One session, message by message. */
class Player {
  readonly #transport: Transport;
  readonly #serializer: Serializer;
  readonly #came: Message[] = [];
  readonly #waiting: ((message: Message) => void)[] = [];

  private constructor(transport: Transport, serializer: Serializer) {
    this.#transport = transport;
    this.#serializer = serializer;
    transport.listen({
      frame: (frame) => this.#receive(fromList(serializer.decode(frame))),
      closed: () => {},
    });
  }

  static async join(to: Connector, serializer: Serializer, realm: string, roles: readonly string[]): Promise<Player> {
    const player = new Player(await to.open([serializer.subprotocol], AbortSignal.timeout(5_000)), serializer);
    player.send({ type: 'HELLO', realm, details: { roles: Object.fromEntries(roles.map((role) => [role, {}])) } });
    deepStrictEqual((await player.next()).type, 'WELCOME');
    return player;
  }

  send(message: Message): void {
    this.#transport.send(this.#serializer.encode(toList(message)));
  }

  next(): Promise<Message> {
    const first = this.#came.shift();
    if (first !== undefined) return Promise.resolve(first);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('expected a message from the router, nothing came')), DEADLINE);
      this.#waiting.push((message) => {
        clearTimeout(timer);
        resolve(message);
      });
    });
  }

  /** The router's answer is all that comes: nothing was left over. */
  async leave(): Promise<void> {
    this.send({ type: 'GOODBYE', details: {}, reason: 'wamp.close.close_realm' });
    deepStrictEqual((await this.next()).type, 'GOODBYE');
  }

  #receive(message: Message): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#came.push(message);
    else waiting(message);
  }
}
