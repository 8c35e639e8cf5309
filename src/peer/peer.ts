import type { Api, Untyped } from '../contract/api.js';
import { type Contract, noContract } from '../contract/contract.js';
import type { Received, Validate } from '../contract/validate.js';
import { ANYTHING, checkOptions, type Kinds } from '../wamp/given.js';
import type { Message } from '../wamp/message.js';
import type { Id } from '../wamp/values.js';
import type { AnyMessage } from '../wamp/vocabulary.js';
import { fromCallSite } from './call-site.js';
import { checkContract } from './checks/peer-options.js';
import type { ContractVerbs } from './contract-verbs.js';
import { CorePeer } from './core-peer.js';
import { DRAIN, DRAIN_WITHIN, type Drained, type DrainOptions } from './drain.js';
import { type Guard, guardOf } from './guard/guard.js';
import type { PeerLife } from './life.js';
import { checkMessagesOptions, MessageStream, type MessagesOptions } from './loops/message-stream.js';
import type { Session } from './options.js';
import type { FullParts } from './parts.js';
import type { Role, Sent } from './relay/role.js';

/** How a view by a contract is kept while the program runs. */
export interface ContractOptions<V extends Validate = Validate> {
  /** With a contract in schemas: whether what it receives (`in`), what it sends (`out`) or both are checked. Default true: both. */
  readonly validate?: V;
}

const CONTRACT: Kinds<ContractOptions> = { validate: ANYTHING }; // Checked with the contract that it is of.

/** A peer as its user holds it, with all that a peer can do. */
export class Peer extends CorePeer {
  readonly #life: PeerLife<FullParts>;
  readonly #guard: Guard | null;

  /**
   * Peers are made by `connect()` and by a tree, not by hand.
   *
   * @param guard keeps a contract other than the peer's own; `null` keeps none
   */
  constructor(life: PeerLife<FullParts>, guard: Guard | null = life.parts.guard ?? null) {
    super(life, guard);
    this.#life = life;
    this.#guard = guard;
  }

  /**
   * The same peer as a contract shows it: its URIs, arguments, results and events are checked where they are written, and
   * while the program runs if the contract is in schemas. `validate` is this view's own.
   *
   * @throws {UsageError} when `contract` is none, or `validate` makes no sense
   * @example `const typed = peer.as(contract<Api>()); await typed.call('com.example.add', [2, 3])`
   */
  as<S, R = S, V extends Validate = true>(
    contract: Contract<S, R>,
    options: ContractOptions<V> = {},
  ): ContractPeer<S, Received<S, R, V>> {
    if (contract === undefined) throw noContract('as', contract);
    checkOptions<ContractOptions>('as', options, CONTRACT);
    const { validate } = options;
    checkContract('as', contract, validate);
    const view: unknown = new Peer(this.#life, guardOf(contract, validate, this.#life) ?? null);
    return view as ContractPeer<S, Received<S, R, V>>;
  }

  /** The same peer without a contract: any URI, payloads `unknown`, nothing checked. */
  get untyped(): Peer {
    return this.#guard === null ? this : new Peer(this.#life, null);
  }

  /**
   * Leaves when it has finished its work: gives its registrations and subscriptions back, answers a call that still comes with
   * `wamp.error.unavailable`, lets all handlers come to their end, which may go on asking for things, awaits the answers to all
   * requests, and says GOODBYE. New requests are refused once no handler is at work. A session that is lost meanwhile is not
   * replaced.
   *
   * @returns how much was given up because the time was over
   */
  async drain(options: DrainOptions = {}): Promise<Drained> {
    checkOptions<DrainOptions>('drain', options, DRAIN);
    return this.#life.parts.finishing.drain(options.within ?? DRAIN_WITHIN);
  }

  /**
   * Replaces the session by a new one, in good order: finishes its work as {@link drain} does, says GOODBYE, and joins again at once, with
   * a secret that is asked for anew where `auth` has a function, and with all that is declared. For a token that is about to expire, and
   * to go back to the router that is wanted most.
   *
   * Requests that are made meanwhile wait for the new session. Neither a restart nor a budget is charged, and siblings are left alone.
   * Meanwhile it has no registrations and hears no events. Where there is no session, the next one is awaited.
   *
   * @returns the new session
   * @throws what the peer ends with, if it is to have no other session; where it is restarted, the next session is awaited
   * @throws {PeerDown} when the peer is drained meanwhile, or is over
   * @example `onJoin: () => setTimeout(() => void me.rejoin(), 50 * 60_000)`
   */
  async rejoin(options: DrainOptions = {}): Promise<Session> {
    checkOptions<DrainOptions>('rejoin', options, DRAIN);
    try {
      return await this.#life.parts.finishing.rejoin(options.within ?? DRAIN_WITHIN);
    } catch (error) {
      throw fromCallSite(error);
    }
  }

  /**
   * Every message that passes between the peer and its router, as it is on the wire, over all sessions from now on; for a loop.
   *
   * What authenticates is left out of it: `authextra`, a CHALLENGE's extra, the signature and extra of AUTHENTICATE. Request ids
   * are this side's: with roles that swallow or add requests, the wire's may differ. It ends as {@link events} does.
   *
   * @typeParam M the messages there are: with roles that have messages of their own, these too. Default: the standard's
   * @throws {UsageError} when it makes no sense
   * @example `for await (const { direction, message } of peer.messages({ types: ['CALL', 'RESULT'] })) print(direction, message)`
   */
  messages<M extends AnyMessage = Message>(options: MessagesOptions = {}): MessageStream<M> {
    checkMessagesOptions(options, this.#life.parts.passage.vocabulary);
    return new MessageStream(this.#life, this.#life.parts.passage, options);
  }

  /**
   * Sends a message as it is, for what the methods above do not do. What answers it is not looked at by the peer: it is found in
   * {@link messages}, as are invocations of a procedure that was registered so, which have to be answered so too.
   *
   * A request's id may be left out: the session's sequence gives it. Nothing of it is restored, awaited or given a deadline.
   *
   * @returns the id of a request
   * @throws {PeerDown} when there is no session: it does not wait for one
   * @throws {UsageError} when a client does not send that message, or not so
   * @throws {SerializationError} when a value cannot be put on the wire; nothing was sent then
   */
  send<const M extends { readonly type: string }>(message: M & Sent<M>): Id | undefined {
    return this.#life.parts.passage.send(message);
  }

  /**
   * What a role of the peer offers, in the present incarnation: ask anew after a restart.
   *
   * @param given one of those in {@link PeerOptions.roles}, which knows the type; or its name
   * @throws {PeerDown} while no transport is open
   * @throws {UsageError} when the peer has no such role
   */
  role<Api>(given: Role<Api> | string): Api {
    return this.#life.parts.passage.api(given as Role | string) as Api;
  }
}

/**
 * A peer whose URIs, arguments, results and events are those of a contract; in all else a {@link Peer}. `S` is what it sends,
 * `R` what it receives: they differ where a schema transforms.
 *
 * What is not in the contract is an error where it is written; `untyped` is the way round it.
 */
export interface ContractPeer<S = Api, R = S> extends Omit<Peer, keyof ContractVerbs<S, R>>, ContractVerbs<S, R> {}

/**
 * The peer that a contract makes, for a parameter or a field.
 *
 * @example `function serve(peer: PeerOf<typeof api>) { … }`
 */
export type PeerOf<C, V extends Validate = true> =
  C extends Contract<infer S, infer R> ? ContractPeer<S, Received<S, R, V>> : never;

/** What holds a peer with the contract of an API: without one, a plain {@link Peer}. */
export type PeerWith<S, R, V extends Validate> = unknown extends S
  ? Peer
  : S extends Untyped
    ? Peer
    : ContractPeer<S, Received<S, R, V>>;
