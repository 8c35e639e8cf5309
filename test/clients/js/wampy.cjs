/** wampy behind lines of JSON: `node wampy.cjs FOLDER`, where its packages are in FOLDER. */
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { failure, serve, write } = require('./lines.js');

const from = createRequire(join(process.argv[2], 'index.js'));
const { WebSocket } = from('ws');
const { Wampy } = from('wampy');
const SERIALIZERS = {
  json: from('wampy/JsonSerializer.js').JsonSerializer,
  msgpack: from('wampy/MsgpackSerializer.js').MsgpackSerializer,
  cbor: from('wampy/CborSerializer.js').CborSerializer,
};

const sessions = new Map();

const payload = ({ argsList, argsDict }) => ({ args: argsList ?? [], kwargs: argsDict ?? {} });
const toWampy = ({ args = [], kwargs = {} }) => ({ argsList: args, argsDict: kwargs });
/** With empty options it does not find its own subscription again. */
const asGiven = (options) => (Object.keys(options ?? {}).length === 0 ? undefined : options);

const failed = (error) => {
  throw error?.errorUri === undefined ? error : failure(error.errorUri, error.argsList, error.argsDict);
};

/** ws knows no origin in the place where wampy gives it. */
class Socket extends WebSocket {
  constructor(url, protocols) {
    super(url, protocols);
    this.binaryType = 'arraybuffer';
  }
}

const BEHAVIOURS = {
  echo: ({ argsList, argsDict }) => ({ argsList: argsList ?? [], argsDict: argsDict ?? {} }),
  refuse: ({ argsList, argsDict, error_handler }) => {
    error_handler({ error: 'com.example.refused', argsList, argsDict });
    return new Promise(() => {});
  },
  count: ({ argsList: [total], result_handler }) => {
    for (let part = 1; part <= total; part++) result_handler({ argsList: [part], options: { progress: true } });
    return { argsList: [total] };
  },
  who:
    (registered) =>
    ({ details: { procedure, caller } }) => ({ argsList: [procedure ?? registered, caller ?? null] }),
};

async function authentication({ method, authid, secret } = {}) {
  if (method === undefined) return {};
  const plugins = {
    ticket: () => () => secret,
    wampcra: async () =>
      (await import(from.resolve('wampy').replace('cjs/wampy.cjs', 'esm/auth/wampcra/wampy-cra.js'))).sign(secret),
    cryptosign: async () => from('wampy/cryptosign.js').sign(secret),
  };
  const key =
    method === 'cryptosign' ? from('tweetnacl').sign.keyPair.fromSeed(Buffer.from(secret, 'hex')).publicKey : undefined;
  const authextra = key && { pubkey: Buffer.from(key).toString('hex') };
  return {
    authid,
    authmethods: [method],
    authextra,
    authMode: 'auto',
    authPlugins: { [method]: await plugins[method]() },
  };
}

serve({
  open: async ({ session: name, url, realm, serializer, auth }) => {
    const client = new Wampy(url, {
      realm,
      ws: Socket,
      autoReconnect: false,
      serializer: new SERIALIZERS[serializer](),
      onClose: () => sessions.has(name) && write({ session: name, closed: null }),
      ...(await authentication(auth)),
    });
    const { authid, authrole, authmethod } = await client.connect().catch(failed);
    sessions.set(name, { client, calls: new Map(), subscriptions: new Map() });
    return { session: Number(client.getSessionId()), authid, authrole, authmethod };
  },
  call: async ({ session, call, procedure, args, kwargs, options: { receive_progress, ...options } = {} }) => {
    const { client, calls } = sessions.get(session);
    const progress = [];
    const asked = {
      ...options,
      ...(receive_progress && { progress_callback: (part) => progress.push(payload(part).args) }),
    };
    const promise = client.call(procedure, toWampy({ args, kwargs }), asked);
    calls.set(call, client.getOpStatus().reqId);
    return { ...payload(await promise.catch(failed)), progress };
  },
  cancel: ({ session, call, mode }) => {
    const { client, calls } = sessions.get(session);
    client.cancel(calls.get(call), { mode });
  },
  register: ({ session, procedure, behaviour, options }) => {
    const behaves = behaviour === 'who' ? BEHAVIOURS.who(procedure) : BEHAVIOURS[behaviour];
    return sessions
      .get(session)
      .client.register(procedure, behaves, options)
      .then(() => null, failed);
  },
  unregister: ({ session, procedure }) =>
    sessions
      .get(session)
      .client.unregister(procedure)
      .then(() => null, failed),
  subscribe: async ({ session: name, topic, options }) => {
    const { client, subscriptions } = sessions.get(name);
    const onEvent = ({ details, ...data }) =>
      write({
        session: name,
        event: { subscribed: topic, topic: details.topic ?? topic, publisher: details.publisher, ...payload(data) },
      });
    subscriptions.set(topic, (await client.subscribe(topic, onEvent, asGiven(options)).catch(failed)).subscriptionKey);
  },
  unsubscribe: ({ session, topic }) => {
    const { client, subscriptions } = sessions.get(session);
    return client.unsubscribe(subscriptions.get(topic)).then(() => null, failed);
  },
  // It always asks to be acknowledged.
  publish: ({ session, topic, args, kwargs, options: { acknowledge: _, ...options } = {} }) =>
    sessions
      .get(session)
      .client.publish(topic, toWampy({ args, kwargs }), options)
      .then(() => null, failed),
  close: ({ session }) => void sessions.get(session).client.disconnect(),
});
