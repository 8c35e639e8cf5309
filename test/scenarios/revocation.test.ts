/** What an operator takes back, as those see it who held it. */
import { connect } from '../../src/connect.js';
import { UsageError } from '../../src/errors.js';
import { router } from '../../src/router/router.js';
import { eventually, failure } from '../support/house.js';

describe('an operator of the embedded router', () => {
  it('takes registrations and subscriptions back, by URI or by what they are; the peer goes on, and is told why', async () => {
    const local = await router({ realm: 'realm1' });
    const me = await connect(local, { realm: 'realm1' });
    const other = await connect(local, { realm: 'realm1' });
    const heard: unknown[] = [];
    const add = await me.register('com.example.add', () => 5);
    const news = await me.subscribe('com.example.', ({ topic }) => heard.push(topic), { match: 'prefix' });
    await other.subscribe('com.example.news', () => heard.push('other'));

    expect(local.revokeRegistrations('com.example.add', 'moved')).toBe(1);
    expect(local.revokeRegistrations('com.example.add')).toBe(0);
    expect(
      local.revokeSubscriptions(
        ({ session, realm, match }) => session === me.session?.id && realm === 'realm1' && match === 'prefix',
      ),
    ).toBe(1);
    await eventually(() => !add.active && !news.active);
    expect(me.declared.map(({ uri, refused }) => [uri, refused?.message])).toEqual([
      ['com.example.add', expect.stringContaining('the router took the registration of com.example.add back: moved')],
      ['com.example.', expect.stringContaining('revoked by the operator')],
    ]);
    expect(await failure(other.call('com.example.add'))).toMatchObject({ uri: 'wamp.error.no_such_procedure' });
    await other.publish('com.example.news', [], { acknowledge: true, excludeMe: false });
    await eventually(() => heard.length === 1);
    expect({ heard, incarnation: me.incarnation }).toEqual({ heard: ['other'], incarnation: 1 });

    for (const wrong of [undefined, 5, {}]) {
      expect(() => local.revokeRegistrations(wrong as never)).toThrow(UsageError);
      expect(() => local.revokeSubscriptions(wrong as never)).toThrow('a URI or a function');
    }
    await Promise.all([me.leave(), other.leave()]);
    await local.stop();
  });
});
