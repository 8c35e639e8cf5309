import { type RealmFacts, ROUTER_METRICS, routerFamilies } from '../../src/metrics/router-metrics.js';
import { read } from '../support/source-files.js';

const REALM: RealmFacts = {
  sessions: 1,
  joined: 2,
  calls: 3,
  callsInFlight: 4,
  publications: 5,
  events: 6,
  discarded: 7,
  timedOut: 8,
  subscriptions: 9,
  registrations: 10,
  notAuthorized: 13,
  queued: 11,
  limits: { slowConsumer: 12 },
};

describe('routerFamilies', () => {
  const families = routerFamilies({
    realms: { one: REALM, two: REALM },
    limits: { connections: 15 },
    ends: { left: 14 },
  });

  it('gives each figure once, by realm', () => {
    const figures = families.flatMap(({ samples }) => samples.filter(({ labels }) => labels['realm'] === 'one'));
    expect(figures.map(({ value }) => value).sort((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
    ]);
  });

  it('labels limits and ends by their names', () => {
    const labels = families.flatMap(({ samples }) => samples.map(({ labels }) => JSON.stringify(labels)));
    expect(labels).toContain('{"realm":"two","limit":"slowConsumer"}');
    expect(labels).toContain('{"realm":"","limit":"connections"}');
    expect(labels).toContain('{"end":"left"}');
  });

  it('calls counters, and nothing else, totals', () => {
    for (const { name, type } of families) expect(name.endsWith('_total')).toBe(type === 'counter');
  });
});

describe('docs/router.md', () => {
  it('has each metric of the router, with its type, its labels and what it counts', () => {
    const page = read('docs/router.md');
    for (const { name, type, labels, help } of ROUTER_METRICS) {
      expect(page).toContain(
        `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
      );
    }
  });
});
