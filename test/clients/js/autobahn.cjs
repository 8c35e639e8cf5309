/** autobahn-js behind lines of JSON: `node autobahn.cjs FOLDER`, where its packages are in FOLDER. */
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { failure, serve, write } = require('./lines.js');

const autobahn = createRequire(join(process.argv[2], 'index.js'))('autobahn');
const { JSONSerializer, MsgpackSerializer, CBORSerializer } = autobahn.serializer;
const SERIALIZERS = { json: JSONSerializer, msgpack: MsgpackSerializer, cbor: CBORSerializer };

const sessions = new Map();

/** Its own promises know no progress; it takes deferreds of its user's. */
function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  made.promise.onProgress = () => {};
  made.notify = (value) => made.promise.onProgress(value);
  return made;
}

/** It gives what has one argument, and no more, as that argument. */
function payload(value) {
  if (value instanceof autobahn.Result) return { args: value.args, kwargs: value.kwargs };
  return { args: value === null || value === undefined ? [] : [value], kwargs: {} };
}

const failed = (error) => {
  throw error?.error === undefined ? error : failure(error.error, error.args, error.kwargs);
};

const BEHAVIOURS = {
  echo: (args, kwargs) => new autobahn.Result(args, kwargs),
  refuse: (args, kwargs) => {
    throw new autobahn.Error('com.example.refused', args, kwargs);
  },
  count: (args, _kwargs, { progress }) => {
    for (let part = 1; part <= args[0]; part++) progress?.([part]);
    return args[0];
  },
  who: (_args, _kwargs, { procedure, caller }) => new autobahn.Result([procedure, caller ?? null]),
};

function authentication({ method, authid, secret } = {}) {
  if (method === undefined) return {};
  const key = method === 'cryptosign' ? autobahn.nacl.sign.keyPair.fromSeed(Buffer.from(secret, 'hex')) : undefined;
  const sign = {
    ticket: () => secret,
    wampcra: ({ challenge, salt, iterations, keylen }) =>
      autobahn.auth_cra.sign(salt ? autobahn.auth_cra.derive_key(secret, salt, iterations, keylen) : secret, challenge),
    cryptosign: (extra) => autobahn.auth_cryptosign.sign_challenge(key, extra),
  };
  return {
    authid,
    authmethods: [method],
    ...(key && { authextra: { pubkey: autobahn.auth_cryptosign.public_key(key) } }),
    onchallenge: (_session, asked, extra) => sign[asked](extra),
  };
}

serve({
  open: ({ session: name, transport, url, realm, serializer, auth }) =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(url);
      const connection = new autobahn.Connection({
        realm,
        max_retries: 0,
        use_deferred: deferred,
        transports: [
          transport === 'rawsocket'
            ? { type: 'rawsocket', host: hostname, port: Number(port) }
            : { type: 'websocket', url, serializers: [new SERIALIZERS[serializer]()] },
        ],
        ...authentication(auth),
      });
      connection.onopen = (session, { authid, authrole, authmethod }) => {
        sessions.set(name, {
          connection,
          session,
          calls: new Map(),
          registrations: new Map(),
          subscriptions: new Map(),
        });
        resolve({ session: session.id, authid, authrole, authmethod });
      };
      connection.onclose = (_how, { reason }) => {
        if (!sessions.has(name)) reject(failure(reason ?? 'no.reason'));
        else write({ session: name, closed: reason });
        return true;
      };
      connection.open();
    }),
  call: ({ session: name, call, procedure, args, kwargs, options }) => {
    const { session, calls } = sessions.get(name);
    const progress = [];
    const promise = session.call(procedure, args, kwargs, { ...options });
    promise.onProgress = (value) => progress.push(payload(value).args);
    calls.set(call, promise);
    return promise.then((value) => ({ ...payload(value), progress }), failed);
  },
  cancel: ({ session, call, mode }) => sessions.get(session).calls.get(call).cancel({ mode }),
  register: async ({ session: name, procedure, behaviour, options }) => {
    const { session, registrations } = sessions.get(name);
    registrations.set(procedure, await session.register(procedure, BEHAVIOURS[behaviour], options).catch(failed));
  },
  unregister: ({ session, procedure }) =>
    sessions
      .get(session)
      .registrations.get(procedure)
      .unregister()
      .then(() => null, failed),
  subscribe: async ({ session: name, topic, options }) => {
    const { session, subscriptions } = sessions.get(name);
    const onEvent = (args, kwargs, { topic: published, publisher }) =>
      write({
        session: name,
        event: { subscribed: topic, topic: published, publisher, args: args ?? [], kwargs: kwargs ?? {} },
      });
    subscriptions.set(topic, await session.subscribe(topic, onEvent, options).catch(failed));
  },
  unsubscribe: ({ session, topic }) =>
    sessions
      .get(session)
      .subscriptions.get(topic)
      .unsubscribe()
      .then(() => null, failed),
  publish: ({ session, topic, args, kwargs, options }) =>
    Promise.resolve(sessions.get(session).session.publish(topic, args, kwargs, { ...options })).then(
      () => null,
      failed,
    ),
  close: ({ session }) => sessions.get(session).connection.close(),
});
