/**
 * What a client's program has in common with the others in this language: commands come in as lines of JSON, and answers
 * and news go out as such (../foreign-client.ts has their shapes). Commands do not wait for each other.
 */
const { createInterface } = require('node:readline');

/** Something that a command was answered with, instead of a result: a WAMP error, in the client's words. */
const failure = (uri, args = [], kwargs = {}) => Object.assign(new Error(uri), { uri, args, kwargs });

/** Some clients give large integers as BigInt, which JSON does not know. */
const plain = (_key, value) => (typeof value === 'bigint' ? Number(value) : value);

const write = (line) => process.stdout.write(`${JSON.stringify(line, plain)}\n`);

/** @param commands by name; each gets its command and gives what it is answered with, sooner or later */
function serve(commands) {
  const input = createInterface({ input: process.stdin });
  input.on('line', async (line) => {
    const command = JSON.parse(line);
    try {
      write({ id: command.id, result: (await commands[command.do](command)) ?? null });
    } catch (error) {
      const { uri = 'no.wamp.error', args = [String(error?.stack ?? error)], kwargs = {} } = error ?? {};
      write({ id: command.id, error: { uri, args: args ?? [], kwargs: kwargs ?? {} } });
    }
  });
  input.on('close', () => process.exit(0));
}

module.exports = { failure, serve, write };
