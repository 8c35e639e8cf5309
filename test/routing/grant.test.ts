import { grantOf } from '../../src/routing/grant.js';
import { Realm } from '../support/routing-realm.js';

describe('grantOf', () => {
  it('says what is held, and by whom', () => {
    const client = new Realm().join('anna');
    expect(grantOf(client, 7, 'com.p', 'prefix')).toEqual({
      id: 7,
      uri: 'com.p',
      match: 'prefix',
      session: 1,
      authid: 'anna',
      authrole: 'anonymous',
    });
  });
});
