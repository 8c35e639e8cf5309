/**
 * A user's program, for test/package/standard-schema.test.ts: callee and caller share a contract in the schemas of three
 * libraries. That it compiles is a part of what it shows.
 */
import { type } from 'arktype';
import { connect, contract, isError, router } from 'respell';
import * as v from 'valibot';
import * as z from 'zod';

const zod = contract({
  procedures: {
    'com.example.next': {
      args: [z.iso.date().transform((day) => new Date(day))],
      kwargs: z.object({ days: z.number().int() }),
      result: z.string(),
      errors: { 'com.example.too_far': { args: [z.number()] } },
    },
  },
  topics: { 'com.example.dawn': { args: [z.string().transform((day) => new Date(day))] } },
});

const valibot = contract({
  procedures: {
    'com.example.next': {
      args: [
        v.pipe(
          v.string(),
          v.isoDate(),
          v.transform((day) => new Date(day)),
        ),
      ],
      kwargs: v.object({ days: v.pipe(v.number(), v.integer()) }),
      result: v.string(),
      errors: { 'com.example.too_far': { args: [v.number()] } },
    },
  },
  topics: {
    'com.example.dawn': {
      args: [
        v.pipe(
          v.string(),
          v.transform((day) => new Date(day)),
        ),
      ],
    },
  },
});

const arktype = contract({
  procedures: {
    'com.example.next': {
      args: [type('string.date.iso').pipe((day) => new Date(day))],
      kwargs: type({ days: 'number.integer' }),
      result: type('string'),
      errors: { 'com.example.too_far': { args: [type('number')] } },
    },
  },
  topics: { 'com.example.dawn': { args: [type('string').pipe((day) => new Date(day))] } },
});

const local = await router({ realm: 'realm1' });

async function story(name: string, api: typeof zod): Promise<void> {
  const callee = await connect(local, {
    realm: 'realm1',
    contract: api,
    register: {
      'com.example.next': ({ args: [day], kwargs: { days } }) => {
        const next = new Date(day.getTime() + days * 86_400_000).toISOString().slice(0, 10);
        return days > 100 ? (5 as unknown as string) : next;
      },
    },
  });
  const caller = await connect(local, { realm: 'realm1', contract: api });
  const dawn = caller.events('com.example.dawn');
  await dawn.ready;
  await callee.publish('com.example.dawn', ['2026-01-02']);
  for await (const { args } of dawn) {
    console.log(name, args[0].getUTCFullYear());
    break;
  }
  console.log(
    name,
    (await caller.call('com.example.next', ['2026-01-01'], { kwargs: { days: 1 } })).args[0].toUpperCase(),
  );
  const untold = await caller.untyped
    .call('com.example.next', ['2026-01-01'], { kwargs: { days: 1.5 } })
    .catch((e) => e);
  console.log(name, untold.uri, untold.kwargs.issues[0].path);
  const refused = await caller.call('com.example.next', ['soon'], { kwargs: { days: 1 } }).catch((e) => e);
  console.log(name, refused.code, refused.issues[0].path);
  const wrong = await caller.call('com.example.next', ['2026-01-01'], { kwargs: { days: 101 } }).catch((e) => e);
  console.log(name, wrong.uri, isError(wrong, api, 'com.example.too_far'));
  await caller.leave();
  await callee.leave();
}

await story('zod', zod);
await story('valibot', valibot);
// What ArkType infers is the same, though it writes it in a way of its own.
await story('arktype', arktype);
await local.stop();
