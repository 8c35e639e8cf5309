/**
 * Events, and the parts of a result, as loops: what comes too quickly waits in a bounded buffer, and to leave the loop is to
 * unsubscribe, or to cancel the call.
 *
 * Run it where respell is installed: `node streams.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { connect, router } from 'respell';

async function main() {
  const local = await router({ realm: 'realm1' });
  const works = await connect(local, { realm: 'realm1', name: 'works' });
  const office = await connect(local, { realm: 'realm1', name: 'office' });

  await works.register('com.example.report', ({ args: [months], progress, signal }) => {
    for (let month = 1; month <= Number(months) && !signal.aborted; month += 1) progress([`month ${month}`]);
    return 'the year';
  });

  // A loop over the parts of a result; what stands at its end is `result`.
  const report = office.progress('com.example.report', [2]);
  for await (const { args } of report) console.log(args[0]);
  console.log((await report.result).args[0]);

  // A callback for the parts, where that is simpler.
  await office.call('com.example.report', [1], { onProgress: ({ args }) => console.log('told of', args[0]) });

  // A loop over events. The subscription is made at once, and comes back with each new session.
  const news = office.events('com.example.news', { buffer: 2 }); // full, it drops the oldest: `overflow`
  await news.ready;
  for (const word of ['one', 'two', 'three']) await works.publish('com.example.news', [word], { acknowledge: true });
  for await (const { args } of news) {
    console.log(args[0]);
    if (args[0] === 'three') break; // unsubscribes
  }
  console.log(news.dropped, 'dropped;', office.declared.length, 'subscriptions');

  await office.leave();
  await works.leave();
  await local.stop();
}
void main();

// It prints:
//   month 1
//   month 2
//   the year
//   told of month 1
//   two
//   three
//   1 dropped; 0 subscriptions
