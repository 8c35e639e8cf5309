/**
 * A contract in schemas (here Zod's; any that follows Standard Schema will do): the types follow from it, and both sides are held to
 * it while the program runs.
 *
 * Run it where respell and zod are installed: `node contract-in-schemas.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { ApplicationError, ContractViolation, connect, contract, router } from 'respell';
import * as z from 'zod';

const day = z.iso.date().transform((text) => new Date(text));

const api = contract({
  procedures: { 'com.example.weekday': { args: [day], result: z.string() } },
  topics: { 'com.example.dawn': { args: [day] } },
});

async function main() {
  const local = await router({ realm: 'realm1' });
  const callee = await connect(local, {
    realm: 'realm1',
    contract: api,
    register: {
      // A Date here, since the schema makes one of the text that came.
      'com.example.weekday': ({ args: [date] }) => date.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' }),
    },
    subscribe: { 'com.example.dawn': ({ args: [date] }) => console.log('dawn of', date.getUTCFullYear()) },
  });
  const caller = await connect(local, { realm: 'realm1', contract: api });

  console.log((await caller.call('com.example.weekday', ['2026-01-01'])).args[0]);

  // Refused here, before anything is sent.
  const refused: unknown = await caller.call('com.example.weekday', ['soon']).catch((error: unknown) => error);
  if (refused instanceof ContractViolation) console.log(refused.issues[0]?.path, 'does not fit');

  // Whoever keeps no contract is refused by the callee, whose endpoint never hears of it.
  const answered: unknown = await caller.untyped.call('com.example.weekday', [5]).catch((error: unknown) => error);
  if (answered instanceof ApplicationError) console.log(answered.uri);

  // An event that does not fit is dropped, and counted.
  await caller.untyped.publish('com.example.dawn', ['tomorrow'], { acknowledge: true });
  await caller.publish('com.example.dawn', ['2026-01-01'], { acknowledge: true });
  await caller.call('com.example.weekday', ['2026-01-01']); // answered behind both
  console.log(callee.stats().violations, 'violations'); // one of them the call before

  await caller.leave();
  await callee.leave();
  await local.stop();
}
void main();

// It prints:
//   Thursday
//   args[0] does not fit
//   wamp.error.invalid_argument
//   dawn of 2026
//   2 violations
