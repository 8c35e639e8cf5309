import { GuardedWire } from '../../../actors/guarded-wire.js';
import type { Inbox } from '../../../actors/inbox.js';
import type { Message } from '../../wamp/message.js';
import type { AnyMessage } from '../../wamp/vocabulary.js';

/** What stands between a wire and its session: it sees each message, and hands on what it wants, or something else. */
export interface Relay {
  /** What came. It goes on by {@link PeerWire.deliver}. Throws what a table entry may throw. */
  incoming(message: AnyMessage): void;
  /** What the session sends. It goes on by {@link PeerWire.put}. Throws what {@link PeerWire.send} may throw. */
  outgoing(message: AnyMessage): void;
}

/**
 * The wire of a peer whose handlers may be slow, and whose user may see and change what passes: what comes goes through a
 * {@link Relay}, then an inbox, then to the table. Where there is neither, each message takes a look more.
 */
export class PeerWire extends GuardedWire {
  #relay: Relay | undefined;
  #inbox: Inbox | undefined;

  /** From now on `relay` stands between this wire and its session; or nothing does. */
  intercept(relay: Relay | undefined): void {
    this.#relay = relay;
  }

  /** From now on what comes for handlers goes through `inbox`, and by {@link take} to the table. */
  passThrough(inbox: Inbox): void {
    this.#inbox = inbox;
  }

  override uninstall(): void {
    super.uninstall();
    const inbox = this.#inbox;
    this.#inbox = undefined;
    inbox?.close();
  }

  override send(message: AnyMessage): void {
    if (this.#relay === undefined) super.send(message);
    else if (!this.isMute) this.#relay.outgoing(message);
  }

  /** As {@link send}, past the relay. @returns whether it was handed to the transport */
  put(message: AnyMessage): boolean {
    if (this.isMute) return false;
    super.send(message);
    return true;
  }

  /** As if `message` had come, past the relay. */
  deliver(message: AnyMessage): void {
    if (!this.isDeaf) this.#admit(message as Message);
  }

  protected override arrive(message: Message): void {
    if (this.#relay === undefined) this.#admit(message);
    else this.#relayIn(this.#relay, message);
  }

  #admit(message: Message): void {
    if (this.#inbox === undefined || this.#inbox.admits(message)) this.take(message);
  }

  #relayIn(relay: Relay, message: Message): void {
    try {
      relay.incoming(message);
    } catch (error) {
      this.fail(error);
    }
  }
}
