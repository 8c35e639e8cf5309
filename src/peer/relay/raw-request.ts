import { ApplicationError } from '../../errors.js';
import { Request, type RequestType } from '../../roles/request.js';
import type { Message } from '../../wamp/message.js';
import type { AnyMessage } from '../../wamp/vocabulary.js';

/** A request that a role has made: it is fulfilled with the message that answers it. */
export class RawRequest extends Request<AnyMessage> {
  readonly type: RequestType;
  readonly operation: string;

  /** @param type a custom one's answers are matched by whoever sent it, as those of all the others here */
  constructor(type: string, role: string) {
    super();
    this.type = type as RequestType;
    this.operation = `${type} of the role "${role}"`;
  }

  /** It is sent as its role wrote it. */
  toMessage(): never {
    throw new Error('a raw request is never sent by the table of requests');
  }

  /** @returns whether that was the last answer: parts of a result come before */
  onReply(message: AnyMessage): boolean {
    if (message.type === 'ERROR') {
      const { error, args, kwargs } = message as Message<'ERROR'>;
      this.reject(new ApplicationError(error, args, kwargs, { operation: this.operation }));
      return true;
    }
    if (isPart(message)) {
      this.onSign?.();
      return false;
    }
    this.resolve(message);
    return true;
  }
}

/** Whether it is a part of a result that comes before its end. */
export function isPart(message: AnyMessage): boolean {
  return message.type === 'RESULT' && (message as Message<'RESULT'>).details['progress'] === true;
}
