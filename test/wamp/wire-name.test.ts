import { OPTIONS } from '../../src/wamp/option-table.js';
import { wireName } from '../../src/wamp/wire-name.js';

const NAMES = Object.values(OPTIONS).flatMap((rows) => Object.keys(rows));

describe('wireName', () => {
  test.each(NAMES)('%s: it is the camel case of the name on the wire', (name) => {
    const wire = wireName(name);
    expect(wire).toMatch(/^_?[a-z][a-z0-9_]{2,}$/);
    expect(wire.replace(/^_/, '').replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())).toBe(name);
  });

  it('has one that the standard does not know, under the name that it leaves to implementations', () => {
    expect(NAMES.map(wireName).filter((wire) => wire.startsWith('_'))).toEqual(['_queue_limit']);
  });
});
