import { inspect } from 'node:util';
import { ticket } from '../../src/auth/ticket.js';
import { wampcra } from '../../src/auth/wampcra.js';
import { AuthenticationError, UsageError } from '../../src/errors.js';

const CHALLENGE = { authmethod: 'ticket', extra: {} };
const FACTS = { authid: 'joe', realm: 'realm1', address: 'ws://127.0.0.1:8080/ws', authextra: {} };
const CANARY = 'canary-secret-77c0';

describe('ticket', () => {
  it('sends the ticket as it is', async () => {
    expect(await ticket('secret!!!').answer(CHALLENGE, FACTS)).toEqual({ signature: 'secret!!!' });
  });

  it.each([
    ['a function', () => 'fetched'],
    ['an async function', async () => 'fetched'],
  ])('asks %s for it', async (_, secret) => {
    expect(await ticket(secret).answer(CHALLENGE, FACTS)).toEqual({ signature: 'fetched' });
  });

  it('asks anew for each session', async () => {
    let asked = 0;
    const method = ticket(() => `ticket ${++asked}`);
    await method.answer(CHALLENGE, FACTS);
    expect(await method.answer(CHALLENGE, FACTS)).toEqual({ signature: 'ticket 2' });
  });

  it('passes on why a function could not fetch it', async () => {
    const error = new Error('the vault is closed');
    const method = ticket(() => Promise.reject(error));
    await expect(Promise.resolve(method.answer(CHALLENGE, FACTS))).rejects.toBe(error);
  });

  it.each([
    ['', 'an empty string'],
    [undefined, 'undefined'],
    [null, 'null'],
    [4711, 'number'],
  ])('refuses %j, which it does not repeat', async (secret, named) => {
    const said = `expected the secret for ticket to be a string that is not empty, or a function that returns one, received ${named}; is an environment variable unset?`;
    expect(() => ticket(secret as never)).toThrow(new UsageError(said));
    await expect(ticket(() => secret as never).answer(CHALLENGE, FACTS)).rejects.toThrow(new AuthenticationError(said));
  });
});

describe.each([
  ['ticket', ticket],
  ['wampcra', wampcra],
])('the secret of %s', (name, make) => {
  it('is shown by nothing', () => {
    const method = make(CANARY);
    expect(JSON.stringify({ method })).toBe(`{"method":{"name":"${name}"}}`);
    expect(inspect(method, { showHidden: true, depth: 9 })).not.toContain(CANARY);
    expect(String(method.answer)).not.toContain(CANARY);
  });
});
