import type { Message, MessageTable } from '../wamp/message.js';
import type { Dict, Id, List, Uri } from '../wamp/values.js';
import { Request } from './request.js';
import type { Requests } from './requests.js';

/** A publication. Resolves with its id once the broker acknowledged it, else with `undefined` as soon as it was sent. */
export class Publication extends Request<Id | undefined> {
  readonly type = 'PUBLISH';
  readonly #topic: Uri;
  readonly #args: List;
  readonly #kwargs: Dict;
  readonly #options: Dict;

  constructor(topic: Uri, args: List, kwargs: Dict, options: Dict) {
    super();
    this.#topic = topic;
    this.#args = args;
    this.#kwargs = kwargs;
    this.#options = options;
  }

  get operation(): string {
    return `publication to ${this.#topic}`;
  }

  override get answered(): boolean {
    return this.#options['acknowledge'] === true;
  }

  toMessage(request: Id): Message<'PUBLISH'> {
    return {
      type: 'PUBLISH',
      request,
      options: this.#options,
      topic: this.#topic,
      args: this.#args,
      kwargs: this.#kwargs,
    };
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
