import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Argon2id, findArgon2id } from '../../src/auth/argon2id.js';
import { AuthenticationError } from '../../src/errors.js';
import { describeWith, pathOf } from '../support/requirement.js';

const INPUT: Parameters<Argon2id>[0] = {
  password: Buffer.from('pencil'),
  salt: Buffer.from('0123456789abcdef'),
  iterations: 2,
  memory: 8_192,
  parallelism: 1,
  length: 32,
};
/** What the reference implementation makes of it. */
const HASH = '96ff3ff1168cb1fe295ab63d1257f704101189ce9eb466153df44dae19b134b5';

/** What the package was asked for. It is no dependency: a double stands in for it, in the words of its documentation. */
let mockAsked: unknown[] = [];
let mockInstalled = false;
jest.mock(
  'argon2',
  () => {
    if (!mockInstalled) throw new Error("Cannot find module 'argon2'");
    return {
      argon2id: 2,
      hash: async (...asked: unknown[]) => {
        mockAsked = asked;
        return Buffer.alloc(32, 7);
      },
    };
  },
  { virtual: true },
);

describe('findArgon2id', () => {
  /** Node's own, from 24.7 on, would come first. */
  let builtin: jest.SpyInstance;
  let node: object;
  beforeEach(() => {
    jest.resetModules();
    node = {};
    builtin = jest.spyOn(process, 'getBuiltinModule').mockImplementation(() => node as never);
  });
  afterEach(() => builtin.mockRestore());

  it('says what to install where there is none', async () => {
    mockInstalled = false;
    await expect(findArgon2id()).rejects.toThrow(AuthenticationError);
    await expect(findArgon2id()).rejects.toThrow('use Node 24.7 or newer, install the package "argon2"');
  });

  it('asks the package argon2 for version 1.3 with one lane, and for the octets alone', async () => {
    mockInstalled = true;
    const argon2id = await findArgon2id();
    expect(await argon2id(INPUT)).toEqual(Buffer.alloc(32, 7));
    const [password, options] = mockAsked;
    expect(password).toEqual(INPUT.password);
    expect(options).toEqual({
      raw: true,
      type: 2,
      version: 0x13,
      salt: INPUT.salt,
      timeCost: 2,
      memoryCost: 8_192,
      parallelism: 1,
      hashLength: 32,
    });
  });

  it("prefers Node's own, and passes on how that fails", async () => {
    const calls: unknown[] = [];
    const error = new RangeError('too much');
    node = {
      argon2: (algorithm: string, parameters: object, done: (error: Error | null, key?: Uint8Array) => void) => {
        calls.push([algorithm, parameters]);
        if (calls.length === 1) done(null, Buffer.alloc(32, 9));
        else done(error);
      },
    };
    const argon2id = await findArgon2id();
    expect(await argon2id(INPUT)).toEqual(Buffer.alloc(32, 9));
    expect(calls).toEqual([
      [
        'argon2id',
        { message: INPUT.password, nonce: INPUT.salt, parallelism: 1, tagLength: 32, memory: 8_192, passes: 2 },
      ],
    ]);
    await expect(argon2id(INPUT)).rejects.toBe(error);
  });
});

describeWith('node24', "Node 24's own Argon2id", () => {
  it('agrees with the reference implementation, off the event loop', async () => {
    const program = `
      const { stripTypeScriptTypes } = require('node:module');
      const source = require('node:fs').readFileSync('src/auth/argon2id.ts', 'utf8').replace(/^import .*$/m, '');
      const module = 'data:text/javascript,' + encodeURIComponent(stripTypeScriptTypes(source));
      import(module).then(async ({ findArgon2id }) => {
        const argon2id = await findArgon2id();
        const password = Buffer.from('pencil');
        const salt = Buffer.from('0123456789abcdef');
        const input = { password, salt, iterations: 2, memory: 8192, parallelism: 1, length: 32 };
        let turns = 0;
        const turn = setInterval(() => (turns += 1));
        const hash = await argon2id(input);
        clearInterval(turn);
        console.log(JSON.stringify({ hash: Buffer.from(hash).toString('hex'), turned: turns > 0 }));
      });`;
    const { stdout } = await promisify(execFile)(pathOf('node24'), ['--no-warnings', '-e', program]);
    expect(JSON.parse(stdout)).toEqual({ hash: HASH, turned: true });
  });
});
