/**
 * `await using` ends what a block has made, the last first: a subscription, a registration, a peer, a tree, a router. A loop over
 * a peer's statuses tells what becomes of it meanwhile.
 *
 * Run it where respell is installed: `node blocks.ts` (Node 24 or newer), or with any compiler that knows `await using`.
 */
import { connect, peer, router, start, supervisor } from 'respell';

async function main() {
  const seen: string[] = [];
  {
    await using local = await router({ realm: 'realm1' });
    await using tree = start(supervisor({ children: [peer('works', { url: local, realm: 'realm1' })] }));
    await tree.ready;
    const works = tree.peer('works');
    const watching = (async () => {
      for await (const status of works.statuses()) seen.push(status);
    })();
    {
      await using office = await connect(local, { realm: 'realm1' });
      await using add = await works.register('com.example.add', ({ args: [a, b] }) => Number(a) + Number(b));
      await using news = await office.subscribe('com.example.news', () => {});
      console.log(add.active, news.active, (await office.call('com.example.add', [2, 3])).args[0]);
    }
    console.log(works.declared.length, 'procedures,', local.sessions().length, 'session');
    await works.leave();
    await watching;
  }
  console.log(seen.join(', '));
}
void main();

// It prints:
//   true true 5
//   0 procedures, 1 session
//   joined, down, stopped
