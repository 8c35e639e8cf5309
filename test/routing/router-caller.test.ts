import { RouterCaller } from '../../src/routing/router-caller.js';
import { Realm } from '../support/routing-realm.js';

describe('RouterCaller', () => {
  it('gives the first argument of what the callee answers', async () => {
    const realm = new Realm();
    const callee = realm.join('callee');
    callee.says([64, 1, {}, 'com.p']);
    const caller = new RouterCaller(realm.dealer, 99);
    const answer = caller.call('com.p', [1, 'a'], 100);
    expect(callee.heard().at(-1)).toEqual([68, 1, 1, {}, [1, 'a']]);
    callee.says([70, 1, {}, ['first', 'second']]);
    await expect(answer).resolves.toBe('first');
    const next = caller.call('com.p', [], 100);
    callee.says([70, 2, {}]);
    await expect(next).resolves.toBeUndefined();
  });

  it('rejects as any call does: with no procedure, with an error, without a callee, in the end', async () => {
    const realm = new Realm();
    const caller = new RouterCaller(realm.dealer, 99);
    await expect(caller.call('com.p', [], 100)).rejects.toMatchObject({ uri: 'wamp.error.no_such_procedure' });
    const callee = realm.join('callee');
    callee.says([64, 1, {}, 'com.p']);
    const refused = caller.call('com.p', [], 100);
    callee.says([8, 68, 1, {}, 'com.example.error', ['why']]);
    await expect(refused).rejects.toMatchObject({ uri: 'com.example.error', args: ['why'] });
    const late = caller.call('com.p', [], 100);
    realm.now = 100;
    realm.dealer.expire(100);
    await expect(late).rejects.toMatchObject({ uri: 'wamp.error.timeout' });
    const left = caller.call('com.p', [], 100);
    realm.leave(callee);
    await expect(left).rejects.toMatchObject({ uri: 'wamp.error.canceled' });
  });
});
