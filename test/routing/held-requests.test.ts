import fc from 'fast-check';
import { HeldRequests } from '../../src/routing/held-requests.js';
import type { Message, MessageTable } from '../../src/wamp/message.js';

const ALLOWED = {};

/** Requests whose handlers note that they were served; those named in `asked` wait for a decision that the test makes. */
function held(asked: ReadonlySet<number> = new Set()) {
  const served: (number | string)[] = [];
  const told: unknown[] = [];
  const decide = new Map<number, () => void>();
  const made = new HeldRequests({
    pause: () => told.push('pause'),
    resume: () => told.push('resume'),
    fail: (error) => told.push(['fail', error]),
    overflow: (most) => told.push(['overflow', most]),
  });
  const table = made.inFrontOf({
    PUBLISH: ({ request }) => {
      if (!asked.has(request)) {
        served.push(request);
        return;
      }
      const decision = new Promise<object>((resolve) => decide.set(request, () => resolve(ALLOWED)));
      made.until(decision, () => served.push(request));
    },
    CALL: ({ request }) => {
      throw new Error(`call ${request}`);
    },
    YIELD: () => served.push('YIELD'),
    GOODBYE: () => served.push('GOODBYE'),
  });
  return { made, table, served, told, decide };
}

const publish = (table: MessageTable, request: number) =>
  table.PUBLISH?.({ type: 'PUBLISH', request, options: {}, topic: 'com.t' });
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('HeldRequests', () => {
  it('serves what comes in its order, however long each decision takes', async () => {
    const { table, served, decide } = held(new Set([1, 3]));
    for (const request of [1, 2, 3, 4]) publish(table, request);
    table.GOODBYE?.({ type: 'GOODBYE', details: {}, reason: 'wamp.close.close_realm' } as Message<'GOODBYE'>);
    expect(served).toEqual([]);
    decide.get(1)?.();
    await settled();
    expect(served).toEqual([1, 2]);
    publish(table, 5);
    decide.get(3)?.();
    await settled();
    expect(served).toEqual([1, 2, 3, 4, 'GOODBYE', 5]);
  });

  it('keeps the order under any decisions in any order of their coming', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: 12 })), async (asked) => {
        const { table, served, decide } = held(new Set(asked));
        for (let request = 1; request <= 12; request += 1) publish(table, request);
        for (let turn = 0; turn < 12; turn += 1) {
          for (const each of decide.values()) each();
          await settled();
        }
        expect(served).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      }),
      { numRuns: 30 },
    );
  });

  it('holds no answer to an invocation: whoever decides may be the session itself', () => {
    const { table, served } = held(new Set([1]));
    publish(table, 1);
    table.YIELD?.({ type: 'YIELD', request: 1, options: {} });
    expect(served).toEqual(['YIELD']);
  });

  it('reads no more while many wait, and then on', async () => {
    const { table, told, decide, served } = held(new Set([1]));
    for (let request = 1; request <= 64; request += 1) publish(table, request);
    expect(told).toEqual([]);
    publish(table, 65);
    publish(table, 66);
    expect(told).toEqual(['pause']);
    decide.get(1)?.();
    await settled();
    expect(told).toEqual(['pause', 'resume']);
    expect(served).toHaveLength(66);
  });

  it('takes no more than 10,000 of a session that cannot be slowed down', () => {
    const { made, table, told } = held(new Set([1]));
    for (let request = 1; request <= 10_003; request += 1) publish(table, request);
    expect(told).toEqual(['pause', ['overflow', 10_000]]);
    expect(made.size).toBe(0);
  });

  it('serves nothing of a session that has ended', async () => {
    const { made, table, served, decide } = held(new Set([1]));
    publish(table, 1);
    publish(table, 2);
    made.end();
    decide.get(1)?.();
    publish(table, 3);
    await settled();
    expect(served).toEqual([]);
    expect(made.size).toBe(0);
  });

  it('tells what a request that has waited threw, and serves nothing after it', async () => {
    const { table, served, told, decide } = held(new Set([1]));
    publish(table, 1);
    table.CALL?.({ type: 'CALL', request: 2, options: {}, procedure: 'com.p' });
    publish(table, 3);
    decide.get(1)?.();
    await settled();
    expect(served).toEqual([1]);
    expect(told).toEqual([['fail', new Error('call 2')]]);
  });
});
