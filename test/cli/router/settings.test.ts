import { schemaText } from '../../../src/cli/router/schema.js';
import { FLAGS, ONLY_IN_CODE, REALM_SETTINGS, SETTINGS } from '../../../src/cli/router/settings.js';
import { REALM_OPTIONS, ROUTER_OPTIONS } from '../../../src/router/options.js';
import { read } from '../../support/source-files.js';

describe('the settings of the command', () => {
  it('are the options of router(), except what only code can give', () => {
    const OWN = ['logLevel'];
    expect([...Object.keys(SETTINGS), ...ONLY_IN_CODE].sort()).toEqual([...ROUTER_OPTIONS, ...OWN].sort());
  });

  it('of a realm are the options of a realm', () => {
    expect(Object.keys(REALM_SETTINGS).sort()).toEqual([...REALM_OPTIONS].sort());
  });

  it('have each flag of theirs, and its variable, once', () => {
    expect(FLAGS.filter(({ path: [key = ''] }) => !Object.hasOwn(SETTINGS, key))).toEqual([]);
    expect(new Set(FLAGS.map(({ env }) => env)).size).toBe(FLAGS.length);
    expect(
      FLAGS.filter(
        ({ usage, env }) => env !== `RESPELL_${usage.split(' ')[0]?.slice(2).replaceAll('-', '_').toUpperCase()}`,
      ),
    ).toEqual([]);
  });
});

describe('the JSON schema', () => {
  it('is published as the settings have it', () => {
    expect(read('src/cli/router/router-schema.json')).toBe(schemaText());
  });

  it('describes each setting, and leaves no other key', () => {
    const schema = JSON.parse(schemaText());
    expect(schema.additionalProperties).toBe(false);
    expect(Object.keys(schema.properties)).toEqual(['$schema', ...Object.keys(SETTINGS)]);
    expect(schema.properties.port).toEqual({
      description: expect.stringContaining('8080'),
      type: 'integer',
      minimum: 0,
      maximum: 65_535,
    });
  });
});
