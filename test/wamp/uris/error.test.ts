import { isReserved } from '../../../src/wamp/uri.js';
import * as ADVANCED_ERROR from '../../../src/wamp/uris/advanced-error.js';
import * as CLOSE from '../../../src/wamp/uris/close.js';
import * as ERROR from '../../../src/wamp/uris/error.js';
import * as FIELD_ERROR from '../../../src/wamp/uris/field-error.js';

const ALL = [CLOSE, ERROR, ADVANCED_ERROR, FIELD_ERROR].flatMap((group) => Object.values<string>(group));

describe('the predefined URIs', () => {
  it('are strict URIs of the reserved namespace, each given once', () => {
    for (const uri of ALL) {
      expect(uri).toMatch(/^([0-9a-z_]+\.)*[0-9a-z_]+$/);
      expect(isReserved(uri)).toBe(true);
    }
    expect(new Set(ALL).size).toBe(ALL.length);
  });

  it('are named as the URIs are', () => {
    for (const [name, uri] of [...Object.entries(ERROR), ...Object.entries(CLOSE)]) {
      expect(name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)).toBe(uri.split('.').at(-1));
    }
  });
});
