/**
 * A call in parts: what is sent bit by bit, and answered bit by bit at the same time. Its endpoint has one loop over the parts,
 * which a call that comes as a whole is, too.
 *
 * Run it where respell is installed: `node progressive-calls.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { connect, router } from 'respell';

async function* readings() {
  for (const celsius of [20, 22, 27]) yield [celsius];
}

async function main() {
  const local = await router({ realm: 'realm1' });
  const works = await connect(local, { realm: 'realm1', name: 'works' });
  const office = await connect(local, { realm: 'realm1', name: 'office' });

  await works.register('com.example.mean', async ({ parts, progress }) => {
    let [sum, count] = [0, 0];
    for await (const { args } of parts) {
      sum += Number(args[0]);
      count += 1;
      progress([sum / count]); // on the way, to a caller who wants it
    }
    return sum / count;
  });

  // Both ways at once: a part there, a part back.
  const mean = office.stream('com.example.mean', [20]);
  console.log((await mean.next()).value?.args[0]);
  await mean.send([22]);
  console.log((await mean.next()).value?.args[0]);
  console.log('in all', (await mean.end()).args[0]);

  // The parts from a loop of its own, and only the result back.
  const upload = office.stream('com.example.mean', [], { parts: readings(), receiveProgress: false });
  console.log('of a loop', (await upload.result).args[0]);

  // An endpoint may answer before the end: `send` says that nobody listens any more.
  await works.register('com.example.first', async ({ parts }) => {
    for await (const { args } of parts) return args[0];
    return 'nothing';
  });
  const early = office.stream('com.example.first', ['one']);
  console.log('answered with', (await early.result).args[0], 'and would take more:', await early.send(['two']));

  await office.leave();
  await works.leave();
  await local.stop();
}
void main();

// It prints:
//   20
//   21
//   in all 21
//   of a loop 23
//   answered with one and would take more: false
