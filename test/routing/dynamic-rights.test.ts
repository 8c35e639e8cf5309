import { type Permission, Role } from '../../src/routing/authorization.js';
import { DynamicRights } from '../../src/routing/dynamic-rights.js';
import { HeldRequests } from '../../src/routing/held-requests.js';

function rights(answers: unknown[], permissions: readonly Permission[] = []) {
  const asked: unknown[] = [];
  const refused: string[] = [];
  const failed: unknown[] = [];
  const nothing = () => {};
  const made = new DynamicRights({
    role: new Role('user', permissions, true),
    ask: (...question) => {
      asked.push(question);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    held: new HeldRequests({ pause: nothing, resume: nothing, fail: nothing, overflow: nothing }),
    onRefused: (_action, uri) => refused.push(uri),
    onFailed: (_action, _uri, error) => failed.push(error),
  });
  return { made, asked, refused, failed };
}

describe('DynamicRights', () => {
  it('asks for what no permission names, and for nothing else', () => {
    const { made, asked, refused } = rights([true, false], [{ uri: 'com.known.', match: 'prefix', allow: ['call'] }]);
    expect(made.of('call', 'com.known.p', {})).toEqual({});
    expect(made.of('publish', 'com.known.t', {})).toMatchObject({ uri: 'wamp.error.not_authorized' });
    expect(asked).toEqual([]);
    expect(made.of('call', 'com.other', { timeout: 1 })).toEqual({});
    expect(made.of('subscribe', 'com.', { match: 'prefix' })).toMatchObject({ uri: 'wamp.error.not_authorized' });
    expect(asked).toEqual([['com.other', 'call', { timeout: 1 }]]);
    expect(made.of('subscribe', 'org.', { match: 'prefix' })).toMatchObject({ uri: 'wamp.error.not_authorized' });
    expect(asked).toHaveLength(2);
    expect(refused).toEqual(['com.known.t', 'com.', 'org.']);
  });

  it('asks about the router’s own procedures, too', () => {
    const { made } = rights([true]);
    expect(made.of('call', 'wamp.session.kill', {})).toEqual({});
  });

  it('waits for an answer that is promised', async () => {
    const { made } = rights([Promise.resolve({ allow: true, disclose: true }), Promise.resolve(false)]);
    await expect(made.of('call', 'com.p', {})).resolves.toEqual({ disclose: true });
    await expect(made.of('call', 'com.p', {})).resolves.toMatchObject({ uri: 'wamp.error.not_authorized' });
  });

  it('keeps an answer that says so, for this action, URI and match', async () => {
    const { made, asked } = rights([
      Promise.resolve({ allow: true, cache: true }),
      true,
      true,
      { allow: false, cache: true },
    ]);
    await made.of('call', 'com.p', {});
    expect(made.of('call', 'com.p', { timeout: 1 })).toEqual({});
    expect(asked).toHaveLength(1);
    void made.of('register', 'com.p', {});
    void made.of('register', 'com.p', { match: 'prefix' });
    expect(asked).toHaveLength(3);
    expect(made.of('call', 'com.q', {})).toMatchObject({ uri: 'wamp.error.not_authorized' });
    expect(made.of('call', 'com.q', {})).toMatchObject({ uri: 'wamp.error.not_authorized' });
    expect(asked).toHaveLength(4);
  });

  it('keeps the last 1,024 answers that were of use', () => {
    const answers = Array.from({ length: 3_000 }, () => ({ allow: true, cache: true }));
    const { made, asked } = rights(answers);
    void made.of('call', 'com.first', {});
    for (let at = 0; at < 1_100; at += 1) {
      void made.of('call', `com.n${at}`, {});
      void made.of('call', 'com.first', {});
    }
    expect(asked).toHaveLength(1_101);
    void made.of('call', 'com.n0', {});
    expect(asked).toHaveLength(1_102);
  });

  it.each<[string, unknown, unknown]>([
    ['throws', new Error('down'), new Error('down')],
    ['rejects', Promise.reject(new Error('down')), new Error('down')],
    ['gives what is no answer', 'yes', expect.any(TypeError)],
    ['promises what is no answer', Promise.resolve({}), expect.any(TypeError)],
  ])(
    'refuses with authorization_failed, and tells the realm alone why, when the authorizer %s',
    async (_, answer, why) => {
      const { made, failed, refused } = rights([answer]);
      expect(await made.of('call', 'com.p', {})).toMatchObject({
        uri: 'wamp.error.authorization_failed',
        args: ['whether this session may call com.p could not be found out; try later'],
      });
      expect(failed).toEqual([why]);
      expect(refused).toEqual(['com.p']);
    },
  );

  it('gives the authorizer options of its own to change', () => {
    const options = { match: 'exact' };
    const made = new DynamicRights({
      role: new Role('user', [], true),
      ask: (_uri, _action, given) => {
        (given as { match: string }).match = 'prefix';
        return true;
      },
      held: {} as HeldRequests,
      onRefused: () => {},
      onFailed: () => {},
    });
    void made.of('subscribe', 'com.t', options);
    expect(options).toEqual({ match: 'exact' });
  });

  it('tells of a procedure only where it is known that it may be called, and asks nobody for that', () => {
    const { made, asked } = rights(
      [{ allow: true, cache: true }],
      [{ uri: 'com.known.', match: 'prefix', allow: ['call'] }],
    );
    void made.of('call', 'com.kept', {});
    expect(['com.known.p', 'com.kept', 'com.other'].map((uri) => made.mayKnow(uri))).toEqual([true, true, false]);
    expect(asked).toHaveLength(1);
  });
});
