/**
 * A child may have started and yet have to get ready: a database that must load first. With `waitFor: 'ready'` those behind
 * it start when it can be used, whether it starts for the first time or again.
 *
 * Run it where respell and xstate are installed: `node readiness.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { start, supervisor } from 'respell/supervisors';
import { fromCallback, setup } from 'xstate';

function crash() {
  throw new Error('disk full');
}
const database = setup({ types: { events: {} as { type: 'crash' } } }).createMachine({
  initial: 'loading',
  states: { loading: { after: { 100: 'open' } }, open: { on: { crash: { actions: crash } } } },
});
const isOpen = (snapshot: unknown) => (snapshot as { value: string }).value === 'open';
const server = fromCallback(() => {});

async function main() {
  const tree = start(
    supervisor({
      strategy: 'rest_for_one', // what depends on the database is restarted with it
      waitFor: 'ready',
      children: [
        { id: 'database', start: database, ready: isOpen, startTimeout: 5_000 },
        { id: 'api', start: server }, // without `ready` it serves as soon as it runs
        { id: 'web', start: server },
      ],
    }),
    { readyWithin: 10_000 }, // then `ready` rejects, and says who is in the way
  );
  const show = (when: string) => {
    const children = tree.view().supervisor?.children ?? [];
    const states = children.map(({ id, status, isReady }) => `${id} ${isReady ? 'ready' : status}`);
    console.log(`${when}:`, states.join(', '));
  };
  show('at first');
  await tree.ready;
  show('then');
  const restarted = new Promise<void>((resolve) => {
    tree.onReport(({ type, path }) => {
      if (type === 'restarting') setImmediate(show, 'after a crash');
      if (type === 'started' && path === 'web') resolve();
    });
  });
  tree.find('database')?.actor.send({ type: 'crash' });
  await restarted;
  show('in the end');
  await tree.stop();
}
void main();

// It prints:
//   at first: database running, api waiting, web waiting
//   then: database ready, api ready, web ready
//   after a crash: database running, api waiting, web waiting
//   in the end: database ready, api ready, web ready
