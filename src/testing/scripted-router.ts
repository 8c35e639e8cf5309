import { ConnectError, ConnectionLost, UsageError } from '../errors.js';
import { messageOf } from '../transports/ending.js';
import type { Connector, Transport } from '../transports/transport.js';
import { fromList, toList } from '../wamp/codec.js';
import type { Message, MessageType } from '../wamp/message.js';
import type { List } from '../wamp/values.js';
import { OffScript } from './errors.js';
import type { Said } from './faults.js';
import { ScriptedTransport, speakable } from './scripted-transport.js';

/** What a script answers: nothing, one message, or several in a row; each as a message, or as the list on the wire. */
export type Answer = Said | readonly Said[] | undefined;

/** A router as a script: what it answers to each type of message. To what does not stand in it, it says nothing. */
export type Script = {
  readonly [T in MessageType]?: (message: Message<T>, router: ScriptedRouter) => Answer | Promise<Answer>;
};

/** What any router answers: WELCOME, GOODBYE, and that it has what is registered, subscribed and published. Ids are 100 + the request's. */
export const COURTEOUS: Script = {
  HELLO: () => ({ type: 'WELCOME', session: 1, details: { roles: { broker: {}, dealer: {} } } }),
  GOODBYE: () => ({ type: 'GOODBYE', details: {}, reason: 'wamp.close.goodbye_and_out' }),
  REGISTER: ({ request }) => ({ type: 'REGISTERED', request, registration: 100 + request }),
  SUBSCRIBE: ({ request }) => ({ type: 'SUBSCRIBED', request, subscription: 100 + request }),
  UNREGISTER: ({ request }) => ({ type: 'UNREGISTERED', request }),
  UNSUBSCRIBE: ({ request }) => ({ type: 'UNSUBSCRIBED', request }),
  PUBLISH: ({ request, options }) =>
    options['acknowledge'] === true ? { type: 'PUBLISHED', request, publication: 100 + request } : undefined,
};

/** What a scripted router is called, and what it answers. */
export interface ScriptedRouterOptions {
  /** How it is called in messages. Default `scripted:router`. */
  readonly address?: string;
  /** What it answers to each type of message. Default: nothing; {@link COURTEOUS} does what routers do. */
  readonly script?: Script;
  /** As of {@link ScriptedTransportOptions}. */
  readonly answersClose?: boolean;
}

/** So much of what nobody asks for is kept. */
const MOST_HEARD = 10_000;

/** A router whose every word is the test's: by a script, by hand, or both. */
export class ScriptedRouter implements Connector {
  readonly address: string;
  readonly transports: ScriptedTransport[] = [];
  /** What the next attempts come to; without one a transport opens at once. */
  onOpen: (signal: AbortSignal) => Promise<Transport> | undefined = () => undefined;
  script: Script;
  readonly #answersClose: boolean;
  readonly #heard: List[] = [];
  readonly #waiting: ((list: List) => void)[] = [];

  constructor({ address = 'scripted:router', script = {}, answersClose = false }: ScriptedRouterOptions = {}) {
    this.address = address;
    this.script = script;
    this.#answersClose = answersClose;
  }

  open(subprotocols: readonly string[], signal: AbortSignal): Promise<Transport> {
    const answer = this.onOpen(signal);
    if (answer !== undefined) return answer;
    const { address } = this;
    const subprotocol = speakable(subprotocols);
    if (subprotocol === undefined) {
      const message = `could not connect to ${address}: expected JSON, MessagePack or CBOR, received ${subprotocols.join(', ')}`;
      return Promise.reject(new ConnectError(message, { address, transient: false }));
    }
    const transport: ScriptedTransport = new ScriptedTransport({
      address,
      subprotocol,
      answersClose: this.#answersClose,
      onSent: (list) => void this.#onSent(list, transport),
    });
    this.transports.push(transport);
    return Promise.resolve(transport);
  }

  /** That of the present session. @throws {UsageError} when nobody has connected */
  get transport(): ScriptedTransport {
    const transport = this.transports.at(-1);
    if (transport === undefined) throw new UsageError(`nobody has connected to ${this.address} yet`);
    return transport;
  }

  /** What the peer has sent in the present session, as lists. */
  get sent(): readonly List[] {
    return this.transport.sent;
  }

  /** Says messages to the peer, at once. */
  tell(...said: Said[]): void {
    for (const each of said) this.transport.receive(asList(each));
  }

  /**
   * The next message of the peer's, of all sessions, that was not asked for before.
   *
   * @throws {OffScript} when it is of another type
   */
  async hear<T extends MessageType>(type: T): Promise<Message<T>> {
    const list = this.#heard.shift() ?? (await new Promise<List>((resolve) => this.#waiting.push(resolve)));
    const message = fromList(list);
    if (message.type === type) return message as unknown as Message<T>;
    throw new OffScript(`the script expected ${type}, the peer said ${message.type}: ${JSON.stringify(list)}`);
  }

  async #onSent(list: List, transport: ScriptedTransport): Promise<void> {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) waiting(list);
    else if (this.#heard.push(list) > MOST_HEARD) this.#heard.shift();
    const message = readable(list);
    if (message === undefined) return;
    // The types say that each function takes the message under whose type it stands; this index cannot.
    const answer = this.script[message.type] as ((message: Message, router: ScriptedRouter) => Answer) | undefined;
    if (answer === undefined) return;
    // Without a turn in between where the script has none: its answers come in the order of what they answer.
    try {
      const given: Answer | Promise<Answer> = answer(message, this);
      for (const each of allOf(given instanceof Promise ? await given : given)) transport.receive(asList(each));
    } catch (cause) {
      const said = `the script of ${this.address} failed: ${messageOf(cause)}`;
      transport.lose(new ConnectionLost(said, { mayHaveExecuted: false, cause }));
    }
  }
}

/** A message of the standard's: for one of a user's own no script has an answer. */
function readable(list: List): Message | undefined {
  try {
    return fromList(list);
  } catch {
    return undefined;
  }
}

function allOf(answer: Answer): readonly Said[] {
  if (answer === undefined) return [];
  // A list begins with its code; several messages do not.
  return Array.isArray(answer) && typeof answer[0] !== 'number' ? (answer as readonly Said[]) : [answer as Said];
}

function asList(said: Said): List {
  return Array.isArray(said) ? (said as List) : toList(said as Message);
}
