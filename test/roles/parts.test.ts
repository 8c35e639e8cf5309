import { type Part, Parts } from '../../src/roles/parts.js';
import { failure } from '../support/house.js';

const part = (value: number): Part => ({ args: [value], kwargs: {} });

function filled(count: number, limit = 100): Parts {
  const parts = new Parts(limit);
  for (let at = 1; at <= count; at += 1) parts.push(part(at));
  return parts;
}

/** All that the loop still gets. */
async function rest(parts: Parts): Promise<unknown[]> {
  const got: unknown[] = [];
  for await (const { args } of parts) got.push(args[0]);
  return got;
}

describe('Parts', () => {
  it('hands out what came before and what comes later, in its order, to the end', async () => {
    const parts = filled(2);
    const loop = rest(parts);
    await parts.next;
    parts.push(part(3));
    parts.end();
    expect(await loop).toEqual([1, 2, 3]);
  });

  it('serves those who wait in their order', async () => {
    const parts = new Parts(1);
    const waiting = [parts.next(), parts.next(), parts.next()];
    parts.push(part(1));
    parts.push(part(2));
    parts.end();
    expect((await Promise.all(waiting)).map(({ value }) => value?.args[0])).toEqual([1, 2, undefined]);
  });

  it('says that there is no place when as many wait as may', () => {
    const parts = filled(2, 2);
    expect([parts.push(part(3)), parts.buffered]).toEqual([false, 2]);
  });

  it('stays as small as what waits in it, however long the loop stays behind', async () => {
    const parts = filled(1);
    for (let at = 2; at <= 1_000; at += 1) {
      parts.push(part(at));
      expect((await parts.next()).value?.args).toEqual([at - 1]);
      expect(parts.buffered).toBe(1);
    }
    parts.end();
    expect(await rest(parts)).toEqual([1_000]);
  });

  it('fails at once, and once, when the call is over before its last part', async () => {
    const [parts, why] = [filled(2), new Error('canceled')];
    parts.fail(why);
    expect(await failure(parts.next())).toBe(why);
    expect(await parts.next()).toEqual({ done: true, value: undefined });
    const waited = new Parts(1);
    const waiting = [failure(waited.next()), waited.next()];
    waited.fail(why);
    expect(await Promise.all(waiting)).toEqual([why, { done: true, value: undefined }]);
  });

  it('does not fail once all of it was handed out', async () => {
    const parts = filled(1);
    parts.end();
    await parts.next();
    parts.fail(new Error('too late'));
    expect(await parts.next()).toEqual({ done: true, value: undefined });
  });

  it('drops what comes after the loop was left', async () => {
    const parts = filled(2, 2);
    for await (const _ of parts) break;
    expect([parts.push(part(3)), parts.push(part(4)), parts.push(part(5)), parts.buffered]).toEqual([
      true,
      true,
      true,
      0,
    ]);
    expect(await rest(parts)).toEqual([]);
  });
});
