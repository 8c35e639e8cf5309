/** docs/wamp-profile.md says what is announced: each feature of HELLO and WELCOME is a row, and each row is announced. */
import { ROUTER_ROLES } from '../../actors/realm.js';
import { announced } from '../../src/peer/session/announced.js';
import { Passthru } from '../../src/roles/passthru.js';
import type { Dict } from '../../src/wamp/values.js';
import { testsNamedIn, titlesIn } from '../support/named-tests.js';
import { read } from '../support/source-files.js';

const page = read('docs/wamp-profile.md');

const section = /## Announced features\n(.*?)\n## /s.exec(page)?.[1] ?? '';

const rows = [...section.matchAll(/^\| (.*?) \| `(\w+)` \| (.*?) ?\| (.*?) ?\| (.*?) \| (.*) \|$/gm)].map(
  ([, feature = '', key = '', peer = '', router = '', , held = '']) => ({
    feature,
    key,
    roles: [...peer.split(', '), ...router.split(', ')].filter((role) => role !== ''),
    held,
  }),
);

/** `caller: call_canceling`, and so on, of HELLO's or WELCOME's `roles`. */
const featuresOf = (roles: Dict): string[] =>
  Object.entries(roles as Readonly<Record<string, { readonly features?: Dict }>>).flatMap(([role, { features = {} }]) =>
    Object.keys(features).map((key) => `${role}: ${key}`),
  );

it('has a row for whatever HELLO and WELCOME announce, and for nothing else', () => {
  const said = rows.flatMap(({ key, roles }) => roles.map((role) => `${role}: ${key}`)).sort();
  expect(said).toEqual([...featuresOf(announced({}, new Passthru([]).features)), ...featuresOf(ROUTER_ROLES)].sort());
});

it('names a test that is there with each row', () => {
  const held = page.split('\n').filter((line) => line.startsWith('| ') && !/^\| (---|feature|method|\|)/.test(line));
  expect(held.length).toBeGreaterThan(30);
  expect(held.filter((line) => testsNamedIn(line).length === 0)).toEqual([]);
  expect(testsNamedIn(page).filter(({ file, title }) => !titlesIn(read(file)).has(title))).toEqual([]);
});
