import { UsageError } from '../src/errors.js';
import { type RouterOptions, realmsOf } from '../src/router-options.js';

describe('realmsOf', () => {
  test.each<[string, RouterOptions, readonly string[]]>([
    ['realm1 by default', {}, ['realm1']],
    ['the only one', { realm: 'com.house' }, ['com.house']],
    ['all by name', { realms: { one: {}, two: {} } }, ['one', 'two']],
  ])('gives %s', (_, options, names) => {
    expect([...realmsOf(options).keys()]).toEqual(names);
  });

  test.each<[string, RouterOptions]>([
    ['realm or realms, received both', { realm: 'one', realms: { one: {} } }],
    ['at least one realm', { realms: {} }],
    ['URIs as names', { realm: 'a b' }],
    ['received none', { realms: { one: { auth: { users: { joe: {} } } } } }],
    ['is an environment variable unset?', { realms: { one: { auth: { users: { joe: { ticket: '' } } } } } }],
    ['auth.methods', { realms: { one: { auth: { users: {}, methods: ['magic' as 'ticket'] } } } }],
  ])('rejects options with: %s', (message, options) => {
    expect(() => realmsOf(options)).toThrow(UsageError);
    expect(() => realmsOf(options)).toThrow(message);
  });
});
