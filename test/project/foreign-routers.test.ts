/** docs/foreign-routers.md says what the tests rely on: each difference between routers is a row, with its values. */
import { testsNamedIn, titlesIn } from '../support/named-tests.js';
import { read } from '../support/source-files.js';
import { CROSSBAR, LINKED, NEXUS, type World } from '../support/worlds.js';

const page = read('docs/foreign-routers.md');

/** What a world says of its router, as `World` declares it. */
const differences = [
  ...(/export interface World \{(.*?)\n\}/s.exec(read('test/support/worlds.ts'))?.[1] ?? '').matchAll(
    /^ {2}readonly (\w+)\??:/gm,
  ),
]
  .map(([, name = '']) => name)
  .filter((name) => name !== 'name');

const rows = [...page.matchAll(/^\| `(\w+)` \| (.*?) \| (.*?) \| (.*?) \| (.*) \|$/gm)].map(
  ([, difference = '', embedded, nexus, crossbar, held = '']) => ({ difference, embedded, nexus, crossbar, held }),
);

const saidOf = (world: World, difference: string): string => {
  const value = (world as unknown as Record<string, unknown>)[difference];
  return String(value ?? (difference === 'scramDialect' ? 'standard' : '-'));
};

it('has a row for each difference, and no other', () => {
  expect(differences.length).toBeGreaterThan(3);
  expect(rows.map(({ difference }) => difference)).toEqual(differences);
});

it.each(rows)('says of $difference what is so', ({ difference, embedded, nexus, crossbar }) => {
  expect({ embedded, nexus, crossbar }).toEqual({
    embedded: saidOf(LINKED, difference),
    nexus: saidOf(NEXUS, difference),
    crossbar: saidOf(CROSSBAR, difference),
  });
});

it('names a test that is there with each of them', () => {
  expect(rows.filter(({ held }) => testsNamedIn(held).length === 0)).toEqual([]);
  const missing = testsNamedIn(page).filter(({ file, title }) => !titlesIn(read(file)).has(title));
  expect(missing).toEqual([]);
});
