/** The callee and the publisher that every client is measured with: they must not be slower than it. */
import { LoadSession, type Ports, type Way } from '../load/load-session.js';
import { HOLE } from '../load/octets.js';
import { PAYLOAD } from '../load/payload.js';
import { BATCH, MORE, PROCEDURE, TOPIC } from './measures.js';

const WAY: Way = { transport: 'rawsocket', serializer: 'json' };
const REGISTERED = 65;
const SUBSCRIBED = 33;
const INVOCATION = 68;
const EVENT = 36;

/** Answers calls of {@link PROCEDURE}, and publishes {@link BATCH} events for each of {@link MORE}. @returns what ends it */
export async function startOtherEnd(ports: Ports): Promise<() => Promise<void>> {
  const callee = await LoadSession.open(ports, WAY);
  await callee.ask([64, 1, {}, PROCEDURE], REGISTERED);
  const answer = callee.template([70, HOLE, {}, PAYLOAD]);
  callee.onMessage = (type, request) => {
    if (type === INVOCATION) callee.put(answer.with(request));
  };
  const publisher = await LoadSession.open(ports, WAY);
  await publisher.ask([32, 1, {}, MORE], SUBSCRIBED);
  const event = publisher.template([16, HOLE, {}, TOPIC, PAYLOAD]);
  let request = 1;
  publisher.onMessage = (type) => {
    if (type !== EVENT) return;
    for (let n = 0; n < BATCH; n += 1) publisher.put(event.with(++request));
  };
  return async () => {
    await callee.leave();
    await publisher.leave();
  };
}
