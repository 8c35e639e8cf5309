// An application's own tests against a real router on a free port, over real sockets: `node --test`.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ApplicationError, AuthenticationError, connect, router, SessionAborted, ticket } from 'respell';
import { startApp } from './your-app.mjs';

let local;
let app;
let user;

before(async () => {
  local = await router({
    port: 0, // Any free one, so that test files can run side by side.
    realms: {
      home: { auth: { users: { app: { ticket: 'for-tests' }, user: { ticket: 'for-tests-too' } } } },
    },
  });
  app = startApp({ url: local.url, auth: ticket('for-tests') });
  user = await connect(local.url, { realm: 'home', authid: 'user', auth: ticket('for-tests-too') });
  await app.ready;
});

after(async () => {
  await user.leave();
  await app.stop();
  await local.stop();
});

test('the target can be set', async () => {
  await user.call('com.home.target.set', [23]);
  assert.deepEqual((await user.call('com.home.target.get')).args, [23]);
});

test('a target out of range is refused, and says why', async () => {
  await assert.rejects(user.call('com.home.target.set', [99]), (error) => {
    assert.ok(error instanceof ApplicationError);
    return error.message.includes('expected 5 to 30 degrees, received 99');
  });
});

test('nobody gets in with a wrong ticket', async () => {
  const stranger = connect(local.url, { realm: 'home', authid: 'user', auth: ticket('guessed') });
  await assert.rejects(stranger, (error) => error instanceof SessionAborted || error instanceof AuthenticationError);
});

test('the application comes back when its router was gone', async () => {
  const gone = [app.peer('thermostat'), user].map((peer) => new Promise((resolve) => peer.on('left', resolve)));
  await local.kill(); // As if its process had died.
  await Promise.all(gone);
  await local.start(); // Where it was.
  await Promise.all([app.peer('thermostat').joined(), user.joined()]);
  assert.deepEqual((await user.call('com.home.target.get', [], { timeout: 5_000 })).args, [23]);
});
