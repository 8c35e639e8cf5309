import type { Field } from '../config/shape.js';
import { FILE, FLAGS, flagName, REALM_SETTINGS, SETTINGS } from './settings.js';

/** The JSON schema of the configuration file, as it is published: `respell/src/cli/router/router-schema.json`. */
export function schemaText(): string {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'The configuration of respell router',
    ...FILE.schema,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** The keys of the file as a table of Markdown, each with its flag and its variable. */
export function settingsTable(): string {
  return [
    '| key in the file | flag, variable | what for | default |',
    '| --- | --- | --- | --- |',
    ...rows('', SETTINGS),
    ...rows('realms.NAME.', REALM_SETTINGS),
    '',
  ].join('\n');
}

function rows(prefix: string, fields: Readonly<Record<string, Field>>): string[] {
  return Object.entries(fields).map(([key, { says, fallback = '' }]) => {
    const flags = FLAGS.filter(({ path }) => prefix === '' && path[0] === key);
    const names = flags.map((flag) => `\`${flagName(flag)}\`, \`${flag.env}\``).join('; ');
    return `| \`${prefix}${key}\` | ${names} | ${says} | ${fallback} |`;
  });
}
