/**
 * Random, mutated and dense frames, in a process of their own: `npm run fuzz -- --inputs 1000000` for more. What takes
 * most for its length is tried as often as it is taken.
 */
import { NAMES } from './codecs.js';
import { main, optionsOf, USAGE } from './main.js';
import { densestOf, feed } from './process.js';
import { LONGEST } from './run.js';

const INPUTS = 12_000;

/** And a hundredth for what the engine does beside. */
const MOST_GROWTH = 16.16;

describe.each(NAMES)('%s', (codec) => {
  it('gives a message or a ProtocolError of whatever comes, at once, and for 16 times its memory', async () => {
    const { seen } = await feed(codec, INPUTS, 20_261_122);
    expect(seen.inputs).toBe(INPUTS);
    expect(seen.taken).toBeGreaterThan(INPUTS / 100);
    expect(seen.slowest).toBeLessThan(LONGEST);
    expect(seen.fullest).toBeLessThan(1);
  }, 180_000);

  it('takes what is dense for 16 times its memory at the most, and at once', async () => {
    for (const { name, growth, took } of await densestOf(codec, 2 ** 18)) {
      expect({ name, growth: Math.min(growth, MOST_GROWTH) }).toEqual({ name, growth });
      expect({ name, took: Math.min(took, LONGEST) }).toEqual({ name, took });
    }
  }, 180_000);
});

describe('the command', () => {
  it('takes how many, from which seed, of which codec', () => {
    expect(optionsOf([])).toEqual({ inputs: 20_000, seed: 1, codecs: ['json', 'msgpack', 'cbor'], densest: false });
    expect(optionsOf(['--inputs', '1000000', '--seed', '7', '--codec', 'cbor'])).toEqual({
      inputs: 1_000_000,
      seed: 7,
      codecs: ['cbor'],
      densest: false,
    });
  });

  it.each([
    [['--inputs', 'many'], '--inputs: expected a whole number from 1, received many'],
    [['--codec', 'xml'], '--codec: expected json, msgpack, cbor, received xml'],
    [['--what'], "Unknown option '--what'"],
  ])('says what it expects of %j', async (args, said) => {
    let text = '';
    const code = await main(
      args,
      () => {},
      (words) => {
        text += words;
      },
    );
    expect(code).toBe(2);
    expect(text).toContain(said);
    expect(text).toContain(USAGE);
  });
});
