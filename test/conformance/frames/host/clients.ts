import * as project from '../../../../src/index.js';
import { Log } from './log.js';

export interface ClientWish {
  readonly url: string;
  readonly auth?: string;
  readonly serializer: string;
  readonly maxPayload?: number;
}

/** What the application is to do. `tag` names the promise. */
export interface Deed {
  readonly do: 'call' | 'publish' | 'subscribe' | 'unsubscribe' | 'register' | 'unregister' | 'leave' | 'cancel';
  readonly tag: string;
  readonly uri?: string;
  readonly args?: readonly unknown[];
  readonly acknowledge?: boolean;
  readonly progress?: boolean;
  /** The call's first part is sent, and no other. */
  readonly inParts?: boolean;
  /** The endpoint never settles. */
  readonly hangs?: boolean;
  readonly timeout?: number;
  /** The tag of the subscription, registration or call that is meant. */
  readonly of?: string;
}

/** What happened in the application. */
export type Notice =
  | { readonly event: 'joined' | 'left' | 'exited' | 'handled' | 'progressed' }
  | { readonly event: 'invoked'; readonly times: number }
  | { readonly event: 'settled'; readonly tag: string; readonly how: 'fulfilled' | 'rejected'; readonly kind: string };

const has = project as unknown as Readonly<Record<string, unknown>>;

/** Ed25519's seed of a test vector of RFC 8032: nobody's. */
const PRIVATE_KEY = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';

function methodOf(name: string): project.AuthMethod {
  const make = (maker: string, secret: unknown) => (has[maker] as (secret: unknown) => project.AuthMethod)(secret);
  if (name === 'wamp-scram') return make('scram', 'secret');
  if (name === 'cryptosign') return make('cryptosign', { privateKey: PRIVATE_KEY });
  return make(name, 'secret');
}

/** One application under test: a peer under a supervisor, one event handler, one endpoint, and every promise. */
class Client {
  readonly log = new Log();
  readonly #tree: project.Tree;
  readonly #peer: project.Peer;
  readonly #tell: (notice: Notice) => void;
  readonly #held = new Map<string, unknown>();
  readonly #cancels = new Map<string, AbortController>();
  #invoked = 0;

  constructor({ url, auth, serializer, maxPayload }: ClientWish, tell: (notice: Notice) => void) {
    this.#tell = tell;
    const limits = maxPayload === undefined ? {} : { maxPayload };
    const make = has[serializer] as () => project.Serializer;
    this.#tree = project.start(
      project.supervisor({
        children: [
          project.peer('me', {
            url,
            realm: auth === undefined ? 'realm1' : 'secure',
            serializers: [make()],
            backoff: { first: 20, base: 20, max: 50 },
            openTimeout: 2_000,
            ...(auth !== undefined && { authid: 'joe', auth: methodOf(auth) }),
            ...(url.startsWith('ws:') ? { websocket: limits } : { rawsocket: limits }),
          } as Parameters<typeof project.peer>[1]),
        ],
      }),
      { logger: this.log.logger },
    );
    this.#peer = this.#tree.peer('me');
    for (const event of ['joined', 'left', 'exited'] as const) this.#peer.on(event, () => tell({ event }));
  }

  do(deed: Deed): void {
    const { tag } = deed;
    if (deed.do === 'cancel') {
      this.#cancels.get(deed.of ?? '')?.abort();
      return;
    }
    this.#promise(deed).then(
      (value) => {
        this.#held.set(tag, value);
        this.#tell({ event: 'settled', tag, how: 'fulfilled', kind: typeof value });
      },
      (error: unknown) => {
        const kind = error instanceof Error ? error.name : typeof error;
        this.#tell({ event: 'settled', tag, how: 'rejected', kind });
      },
    );
  }

  async #promise({ uri = 'com.test.slow', args = [], ...deed }: Deed): Promise<unknown> {
    const cancel = new AbortController();
    this.#cancels.set(deed.tag, cancel);
    const request = { signal: cancel.signal, ...(deed.timeout !== undefined && { timeout: deed.timeout }) };
    switch (deed.do) {
      case 'call': {
        if (deed.inParts === true) return this.#peer.stream(uri, args, request).result;
        const onProgress = () => this.#tell({ event: 'progressed' });
        const progress = deed.progress === true && { onProgress };
        return this.#peer.call(uri, args, { ...request, ...progress } as project.CallOptions);
      }
      case 'publish':
        return this.#peer.publish(uri, args, { ...request, acknowledge: deed.acknowledge ?? true });
      case 'subscribe':
        return this.#peer.subscribe(uri, () => this.#tell({ event: 'handled' }), request);
      case 'register':
        return this.#peer.register(uri, () => this.#endpoint(deed.hangs === true), request);
      case 'unsubscribe':
        return (this.#held.get(deed.of ?? '') as project.Subscription).unsubscribe(request);
      case 'unregister':
        return (this.#held.get(deed.of ?? '') as project.Registration).unregister(request);
      default:
        return this.#peer.leave();
    }
  }

  #endpoint(hangs: boolean): unknown {
    this.#invoked += 1;
    this.#tell({ event: 'invoked', times: this.#invoked });
    return hangs ? new Promise(() => {}) : 'returned';
  }

  async end(): Promise<void> {
    await this.#tree.stop();
  }
}

/** The clients under test, and a session beside them in the same process that has to be served all the while. */
export class Clients {
  readonly #open = new Map<string, Client>();
  #bystander: Promise<project.Peer> | undefined;

  open(key: string, wish: ClientWish, tell: (notice: Notice) => void): void {
    this.#open.set(key, new Client(wish, tell));
  }

  do(key: string, deed: Deed): void {
    this.#of(key).do(deed);
  }

  mark(key: string): void {
    this.#of(key).log.lines.splice(0);
  }

  log(key: string): readonly object[] {
    return this.#of(key).log.lines;
  }

  /** One call and one event. */
  async bystander(): Promise<void> {
    this.#bystander ??= bystander();
    const me = await this.#bystander;
    const event = nextEvent();
    await me.publish('com.bystander.topic', [], { excludeMe: false });
    await me.call('com.bystander.echo', [1]);
    await event;
  }

  async close(key: string): Promise<void> {
    const client = this.#open.get(key);
    this.#open.delete(key);
    await client?.end();
  }

  #of(key: string): Client {
    const found = this.#open.get(key);
    if (found === undefined) throw new Error(`there is no client of ${key}`);
    return found;
  }
}

const listeners = new Set<() => void>();

/** Fulfilled when the bystander hears of an event. */
function nextEvent(): Promise<void> {
  return new Promise((resolve) => {
    const listener = () => {
      listeners.delete(listener);
      resolve();
    };
    listeners.add(listener);
  });
}

const heard = (): void => {
  for (const listener of listeners) listener();
};

async function bystander(): Promise<project.Peer> {
  const house = await project.router({ port: 0 });
  return project.connect(house.url ?? house, {
    realm: 'realm1',
    register: { 'com.bystander.echo': ({ args }) => args[0] },
    subscribe: { 'com.bystander.topic': heard },
  });
}
