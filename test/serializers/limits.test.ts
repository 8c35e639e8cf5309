import { UsageError } from '../../src/errors.js';
import { cbor } from '../../src/serializers/cbor.js';
import { json } from '../../src/serializers/json.js';
import { type Limits, limitsOf } from '../../src/serializers/limits.js';
import { msgpack } from '../../src/serializers/msgpack.js';

describe('limitsOf', () => {
  it('takes what is given, and the defaults for the rest', () => {
    expect(limitsOf('json', {})).toEqual({ maxLength: 1_048_576, maxDepth: 128, maxGrowth: 16 });
    expect(limitsOf('json', { maxDepth: 3 })).toEqual({ maxLength: 1_048_576, maxDepth: 3, maxGrowth: 16 });
  });
});

describe.each([
  ['json', json],
  ['msgpack', msgpack],
  ['cbor', cbor],
])('%s', (name, make) => {
  test.each<[unknown, string]>([
    [null, 'expected options, an object, received null'],
    [[], 'received a list'],
    [{ maxDepth: 0 }, 'maxDepth'],
    [{ maxLength: 1.5 }, 'maxLength'],
    [{ maxGrowth: 'much' }, 'maxGrowth'],
    [{ maxGrowth: 5n }, 'maxGrowth'],
    [{ constructor: 1 }, 'unknown option "constructor"'],
    [{ maxSize: 1 }, 'unknown option "maxSize"'],
  ])('refuses the limits %j', (limits, said) => {
    expect(() => make(limits as Limits)).toThrow(UsageError);
    expect(() => make(limits as Limits)).toThrow(said);
    expect(() => make(limits as Limits)).toThrow(name);
  });
});
