import type { Message, MessageTable } from '../wamp/message.js';
import type { PayloadScheme } from '../wamp/payload-scheme.js';
import type { Dict, Id, List, Uri } from '../wamp/values.js';
import type { PayloadPassthru } from './payload-passthru.js';
import { Request } from './request.js';
import type { Requests } from './requests.js';

/** A publication. Resolves with its id once the broker acknowledged it, else with `undefined` as soon as it was sent. */
export class Publication extends Request<Id | undefined> {
  readonly type = 'PUBLISH';
  readonly #topic: Uri;
  readonly #args: List;
  readonly #kwargs: Dict;
  readonly #options: Dict;
  readonly #sealedBy: PayloadScheme | undefined;

  /** @param sealedBy seals the payload; left out, it is sent plain */
  constructor(topic: Uri, args: List, kwargs: Dict, options: Dict, sealedBy?: PayloadScheme) {
    super();
    this.#topic = topic;
    this.#args = args;
    this.#kwargs = kwargs;
    this.#options = options;
    this.#sealedBy = sealedBy;
  }

  get operation(): string {
    return `publication to ${this.#topic}`;
  }

  override get answered(): boolean {
    return this.#options['acknowledge'] === true;
  }

  toMessage(request: Id, welcome: Dict, passthru: PayloadPassthru): Message<'PUBLISH'> {
    const options = this.#options;
    const topic = this.#topic;
    const by = this.#sealedBy;
    const message = { type: 'PUBLISH', request, options, topic, args: this.#args, kwargs: this.#kwargs } as const;
    return by === undefined ? message : passthru.sealRequest(this.operation, message, topic, by, welcome);
  }
}

/** The publisher role of one session. */
export class Publisher {
  readonly table: MessageTable = { PUBLISHED: (message) => this.#onPublished(message) };
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  #onPublished({ request, publication }: Message<'PUBLISHED'>): void {
    this.#requests.take('PUBLISH', request)?.resolve(publication);
  }
}
