import { Accounts, type UserOptions } from '../../actors/accounts.js';
import { type ScramCredential, scramCredential } from '../../src/auth/scram-credential.js';

const KEY = 'D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A';
let scram: ScramCredential;
beforeAll(async () => {
  scram = await scramCredential('pencil', { iterations: 4_096 });
});
const users = (): Record<string, UserOptions> => ({
  joe: { role: 'staff', ticket: 't', wampcra: { secret: 'w', salt: 'salt123', iterations: 100, keylen: 16 } },
  ann: { scram },
  rob: { authorizedKeys: [KEY] },
});

describe('Accounts', () => {
  it('give what a user can do, and what anybody can, the strongest first', async () => {
    const accounts = new Accounts('r', users());
    expect(accounts.proofs).toEqual(['cryptosign', 'wamp-scram', 'wampcra', 'ticket']);
    expect([...(await accounts.of('joe')).proofs]).toEqual(['wampcra', 'ticket']);
    expect(await accounts.of('joe')).toMatchObject({ authrole: 'staff', ticket: 't' });
    expect((await accounts.of('ann')).scram).toMatchObject({ salt: scram.salt, iterations: 4_096 });
    expect([...(await accounts.of('rob')).keys]).toEqual([KEY.toLowerCase()]);
  });

  it('refuse what a user cannot have, and say what was meant', () => {
    const user = (options: object) => () => new Accounts('r', { joe: options as UserOptions });
    expect(user({ tiket: 't' })).toThrow('realm r, user joe: unknown option "tiket"; did you mean "ticket"?');
    expect(user({ ticket: 't', role: 5 })).toThrow(
      'realm r, user joe: expected role to be a string that is not empty, received 5',
    );
  });

  it('know whose a public key is, unless two have it', () => {
    expect(new Accounts('r', users()).ownerOf(KEY.toLowerCase())).toBe('rob');
    const shared = { ...users(), eva: { authorizedKeys: [KEY.toLowerCase()] } };
    expect(new Accounts('r', shared).ownerOf(KEY.toLowerCase())).toBeUndefined();
    expect(new Accounts('r', users()).ownerOf('00')).toBeUndefined();
  });

  it('have a decoy for everybody else, like one of the users, the same one each time', async () => {
    const accounts = new Accounts('r', users());
    const names = Array.from({ length: 60 }, (_, at) => `nobody${at}`).concat('constructor', '__proto__', '');
    const shapes = new Set<string>();
    const salts = new Set<string>();
    for (const name of names) {
      const [one, other] = [await accounts.of(name), await accounts.of(name)];
      expect(one.scram.salt).toBe(other.scram.salt);
      expect(one.wampcra.salting).toEqual(other.wampcra.salting);
      expect(one.wampcra.salting).toMatchObject({
        iterations: 100,
        keylen: 16,
        salt: expect.stringMatching(/^[a-z]{4}\d{3}$/),
      });
      expect(one.scram).toMatchObject({ kdf: 'pbkdf2', iterations: 4_096, salt: expect.stringMatching(/^.{22}==$/) });
      // Nobody knows its secrets, not even who asked before.
      expect(one.ticket).not.toBe(other.ticket);
      expect(one.scram.storedKey).not.toEqual(other.scram.storedKey);
      expect(await one.wampcra.key).not.toBe(await other.wampcra.key);
      expect(one.keys.size).toBe(0);
      shapes.add([...one.proofs].join(' '));
      salts.add(one.scram.salt);
    }
    expect(shapes).toEqual(new Set(['wampcra ticket', 'wamp-scram', 'cryptosign']));
    expect(salts.size).toBe(names.length);
  });

  it('have decoys even where there is no user', async () => {
    const decoy = await new Accounts('r', {}).of('joe');
    expect(decoy).toMatchObject({ authrole: 'user', scram: { kdf: 'pbkdf2', iterations: 600_000 } });
    expect(decoy.proofs.size).toBe(0);
  });

  it.each<[string, unknown, string]>([
    [
      'no way in',
      {},
      'user joe: expected a ticket, a wampcra secret, a scram credential, authorizedKeys or certificates, received none',
    ],
    ['no key', { authorizedKeys: [] }, 'received none'],
    [
      'a key that is none',
      { authorizedKeys: ['canary'] },
      'user joe, authorizedKeys[0]: expected an Ed25519 public key',
    ],
    ['a password in place of a credential', { scram: 'canary' }, 'user joe, scram: expected what scramCredential'],
    ['a salt that is none', { wampcra: { secret: 's', salt: '' } }, 'user joe, wampcra.salt: expected a string'],
    [
      'more rounds than a client does',
      { wampcra: { secret: 's', salt: 's', iterations: 10 ** 9 } },
      'user joe, wampcra: expected iterations for wampcra to be from 1 to 1000000',
    ],
    ['an empty ticket', { ticket: '' }, 'user joe, ticket: expected a string that is not empty'],
  ])('refuse a user with %s', (_, user, message) => {
    const make = () => new Accounts('r', { joe: user as UserOptions });
    expect(make).toThrow(message);
    expect(make).not.toThrow(/canary/);
  });
});
