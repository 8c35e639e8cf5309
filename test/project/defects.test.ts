/** Each defect of other people's clients and routers, and each pain of their users, has one test that is named after it. */
import { read } from '../support/source-files.js';

const named = (file: string, letter: string): readonly number[] =>
  [...read(file).matchAll(new RegExp(`\\bit\\('${letter}(\\d+): `, 'g'))].map(([, number]) => Number(number));

it.each([
  ['test/scenarios/defects.test.ts', 'D', 16],
  ['test/scenarios/pains.test.ts', 'P', 20],
] as const)('%s has one for each, %s1 to %i', (file, letter, count) => {
  expect([...named(file, letter)].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, at) => at + 1));
});
