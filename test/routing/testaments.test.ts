import { ApplicationError } from '../../src/errors.js';
import { ALLOWED, type Decision } from '../../src/routing/authorization.js';
import { EVERY_RIGHT } from '../../src/routing/rights.js';
import { type Client, Realm } from '../support/routing-realm.js';

const ADD = 'wamp.session.add_testament';
const FLUSH = 'wamp.session.flush_testaments';

function stage(options: ConstructorParameters<typeof Realm>[0] = {}) {
  const realm = new Realm(options);
  const hearer = realm.join('hearer');
  hearer.says([32, 1, { match: 'prefix' }, 'com.']);
  hearer.heard();
  const leaver = realm.join('leaver', {
    roles: { publisher: { features: { payload_passthru_mode: true } } },
  });
  let request = 0;
  /** The answer's URI, if it was refused. */
  const call = (procedure: string, args: unknown[] = [], kwargs: object = {}): unknown => {
    request += 1;
    leaver.says([48, request, {}, procedure, args, kwargs]);
    const [answer] = leaver.heard();
    if (answer?.[0] === 8) return answer[4];
    expect(answer).toEqual([50, request, {}]);
    return undefined;
  };
  return { realm, hearer, leaver, call };
}

/** Topic and payload of each EVENT. */
const told = (client: Client): unknown[] =>
  client.heard().map(([, , , details, ...payload]) => [(details as { topic: string }).topic, ...payload]);

it('are published when the session has gone, those of scope detached first, each scope in order', () => {
  const { realm, hearer, leaver, call } = stage();
  call(ADD, ['com.a', [1], { k: 1 }]);
  call(ADD, ['com.b', [2]], { scope: 'detached' });
  call(ADD, ['com.c'], { scope: 'destroyed' });
  expect([hearer.heard(), realm.meta.testamentCount]).toEqual([[], 3]);
  realm.leave(leaver);
  expect(told(hearer)).toEqual([['com.b', [2]], ['com.a', [1], { k: 1 }], ['com.c']]);
  expect(realm.meta.testamentCount).toBe(0);
  realm.leave(leaver);
  expect(hearer.heard()).toEqual([]);
});

it('come before the news that the session has gone', () => {
  const { realm, hearer, leaver, call } = stage();
  hearer.says([32, 2, {}, 'wamp.session.on_leave']);
  hearer.heard();
  call(ADD, ['com.a']);
  realm.leave(leaver);
  expect(hearer.heard().map(([, subscription]) => subscription)).toEqual([1, 2]);
});

it.each([
  ['destroyed, if it says nothing', {}, ['com.detached']],
  ['detached', { scope: 'detached' }, ['com.destroyed']],
])('are taken back by their scope: %s', (_, kwargs, left) => {
  const { realm, hearer, leaver, call } = stage();
  call(ADD, ['com.detached'], { scope: 'detached' });
  call(ADD, ['com.destroyed']);
  call(FLUSH, [], kwargs);
  call(FLUSH, [], kwargs);
  expect(realm.meta.testamentCount).toBe(1);
  realm.leave(leaver);
  expect(told(hearer).map((each) => (each as string[])[0])).toEqual(left);
});

it('are published with their options: who receives them, who is told, how they are read', () => {
  const { realm, hearer, leaver, call } = stage();
  const octets = new Uint8Array([1, 2]);
  call(ADD, ['com.a'], { publish_options: { exclude: [1] } });
  call(ADD, ['com.b'], { publish_options: { disclose_me: true, acknowledge: true } });
  const passes = call(ADD, ['com.c', [octets]], { publish_options: { ppt_scheme: 'x_mine', ppt_keyid: 'k' } });
  expect(passes).toBeUndefined();
  realm.leave(leaver);
  const details = { publisher: 2, publisher_authid: 'leaver', publisher_authrole: 'anonymous' };
  expect(hearer.heard()).toEqual([
    [36, 1, expect.any(Number), { ...details, topic: 'com.b' }],
    [36, 1, expect.any(Number), { ppt_scheme: 'x_mine', ppt_keyid: 'k', topic: 'com.c' }, [octets]],
  ]);
  expect(leaver.heard()).toEqual([]);
});

it.each([
  ['no topic', [], {}, 'wamp.error.invalid_argument'],
  ['a topic that is no URI', ['no uri'], {}, 'wamp.error.invalid_uri'],
  ["a topic of the router's", ['wamp.session.on_join'], {}, 'wamp.error.invalid_uri'],
  ['arguments that are no list', ['com.a', {}], {}, 'wamp.error.invalid_argument'],
  ['another scope', ['com.a'], { scope: 'resumed' }, 'wamp.error.invalid_argument'],
  ['options that make no sense', ['com.a'], { publish_options: { eligible: 7 } }, 'wamp.error.invalid_argument'],
  ['more than there is room for', ['com.a', ['x'.repeat(2 ** 20)]], {}, 'wamp.error.unavailable'],
])('are refused with %s', (_, args, kwargs, uri) => {
  const { realm, call } = stage();
  expect(call(ADD, args, kwargs)).toBe(uri);
  expect(realm.meta.testamentCount).toBe(0);
});

it('are refused where nobody may be told who publishes, if they ask for it', () => {
  const { call } = stage({ disclosure: false });
  expect(call(ADD, ['com.a'], { publish_options: { disclose_me: true } })).toMatch('disclose_me');
});

it.each([
  ['at once', (decision: Decision) => decision],
  ['later', (decision: Decision) => Promise.resolve(decision)],
])('are refused of what the session may not publish, which is found out %s', async (_, decided) => {
  const realm = new Realm();
  const forbidden = new ApplicationError('wamp.error.not_authorized');
  const asked: [string, string][] = [];
  const leaver = realm.join('leaver', {
    rights: {
      ...EVERY_RIGHT,
      of: (action, uri) => {
        asked.push([action, uri]);
        return action === 'publish' ? decided(uri === 'com.mine' ? ALLOWED : forbidden) : ALLOWED;
      },
    },
  });
  leaver.says([48, 1, {}, ADD, ['com.other']]);
  leaver.says([48, 2, {}, ADD, ['com.mine']]);
  await Promise.resolve();
  expect(leaver.heard()).toEqual([
    [8, 48, 1, {}, 'wamp.error.not_authorized'],
    [50, 2, {}],
  ]);
  expect(asked.filter(([action]) => action === 'publish')).toEqual([
    ['publish', 'com.other'],
    ['publish', 'com.mine'],
  ]);
  expect(realm.meta.testamentCount).toBe(1);
});

it('have a limit for each session', () => {
  const { call } = stage({ testaments: { testaments: 2 } });
  expect(['com.a', 'com.b', 'com.c'].map((topic) => call(ADD, [topic]))).toEqual([
    undefined,
    undefined,
    'wamp.error.unavailable',
  ]);
  call(FLUSH);
  expect(call(ADD, ['com.c'])).toBeUndefined();
});

it('are not published where all sessions are ended at once: by the standard nobody is told', () => {
  const { realm, hearer, call } = stage();
  call(ADD, ['com.a']);
  hearer.says([48, 2, {}, 'wamp.session.kill_all']);
  expect(hearer.heard()).toEqual([[50, 2, {}, [1]]]);
  expect(realm.meta.testamentCount).toBe(0);
});
