/** One client in a process of its own: `client-program.ts ORDER` prints what it has measured, as JSON, and ends. */
import { PAYLOAD } from '../load/payload.js';
import type { Figures } from '../rounds.js';
import { CLIENTS, type Client } from './adapters.js';
import { BATCH, BATCHES, type MeasureId, MORE, type Order, PROCEDURE, type Sizes, TOPIC } from './measures.js';

/** What goes on until it is over. */
interface Activity {
  done: number;
  isOver: boolean;
}

type Begin = (client: Client, activity: Activity) => Promise<unknown>;

const calls =
  (inFlight: number): Begin =>
  (client, activity) => {
    const lane = async (): Promise<void> => {
      while (!activity.isOver) {
        await client.call(PROCEDURE, PAYLOAD);
        activity.done += 1;
      }
    };
    return Promise.all(Array.from({ length: inFlight }, lane));
  };

const events: Begin = async (client, activity) => {
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let due = BATCHES * BATCH;
  await client.subscribe(TOPIC, () => {
    activity.done += 1;
    due -= 1;
    if (due === 0) end();
    if (activity.done % BATCH !== 0 || activity.isOver) return;
    due += BATCH;
    client.publish(MORE);
  });
  for (let batch = 0; batch < BATCHES; batch += 1) client.publish(MORE);
  await ended;
};

const BEGIN: Readonly<Record<MeasureId, Begin>> = { call: calls(1), calls: calls(100), events };

async function measured(client: Client, begin: Begin, { warmUp, span }: Sizes): Promise<Figures> {
  const activity: Activity = { done: 0, isOver: false };
  const over = begin(client, activity);
  await pause(warmUp);
  const [since, doneBefore, cpuBefore] = [performance.now(), activity.done, process.cpuUsage()];
  do await pause(span);
  while (activity.done === doneBefore);
  const [until, doneAfter, cpu] = [performance.now(), activity.done, process.cpuUsage(cpuBefore)];
  activity.isOver = true;
  await over;
  const done = doneAfter - doneBefore;
  return { rate: (done / (until - since)) * 1e3, cpu: (cpu.user + cpu.system) / done };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function main(order: Order): Promise<void> {
  const client = await CLIENTS[order.client](order.folder, order.url, order.serializer);
  const figures: Partial<Record<MeasureId, Figures>> = {};
  for (const id of Object.keys(BEGIN) as MeasureId[]) figures[id] = await measured(client, BEGIN[id], order);
  process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit());
}

void main(JSON.parse(process.argv[2] ?? '') as Order);
