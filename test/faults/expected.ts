/**
 * What each faulty program prints, to the letter: a message is changed here too, by somebody who has read it. `PORT` stands
 * for a port that the system chose, an expression for what depends on the system or on what came first.
 */

export interface Expected {
  readonly title: string;
  readonly program: string;
  /** `silent`, `mute` and `missing` stand for the URLs of servers that the test runs. */
  readonly args?: readonly string[];
  readonly code: number;
  /** In milliseconds, from the start of the process to its end by itself, on a machine that has other things to do too. */
  readonly deadline: number;
  readonly lines: readonly (string | RegExp)[];
}

/** A router, or what is taken for one, that cannot be connected to. */
const connect = (title: string, url: string, deadline: number, lines: Expected['lines']): Expected => ({
  title,
  program: 'connect.mjs',
  args: [url],
  code: 1,
  deadline,
  lines,
});

/** Long enough for the deadlines of 5 s that opening and joining have by default, and for closing. */
const WITH_HANDSHAKE = 10_000;

export const FAULTS: readonly Expected[] = [
  connect('a port that nobody listens on', 'ws://127.0.0.1:9/ws', 5_000, [
    'ConnectError WAMP_ERR_CONNECT, cause ECONNREFUSED',
    'could not connect to ws://127.0.0.1:9/ws: connect ECONNREFUSED 127.0.0.1:9; is the router running?',
  ]),
  connect('a RawSocket that nobody listens on', 'rs://127.0.0.1:9', 5_000, [
    'ConnectError WAMP_ERR_CONNECT, cause ECONNREFUSED',
    'could not connect to rs://127.0.0.1:9: connect ECONNREFUSED 127.0.0.1:9; is the router running?',
  ]),
  connect('a URL in the words of another router', 'tcp://127.0.0.1:8080', 5_000, [
    'UsageError WAMP_ERR_USAGE',
    'peer "peer": expected a URL such as rs://127.0.0.1:PORT, rss://example.com:443 or unix:/run/router.sock, received "tcp://127.0.0.1:PORT"; did you mean rs://127.0.0.1:PORT?',
  ]),
  // Without a network the name server does not answer, and Node says so.
  connect('a host that does not exist', 'ws://no-such-host.invalid:8080/ws', WITH_HANDSHAKE, [
    /^(ConnectError WAMP_ERR_CONNECT, cause (ENOTFOUND|EAI_AGAIN)|TimeoutError WAMP_ERR_TIMEOUT)$/,
    /^(could not connect to ws:\/\/no-such-host\.invalid:8080\/ws: getaddrinfo (ENOTFOUND no-such-host\.invalid; is the host name right\?|EAI_AGAIN no-such-host\.invalid; the name server did not answer)|no connection to ws:\/\/no-such-host\.invalid:8080\/ws within 5000 ms: .*)$/,
  ]),
  connect('a path that is not served', 'missing', 5_000, [
    'ConnectError WAMP_ERR_CONNECT, cause 404',
    'could not connect to ws://127.0.0.1:PORT/ws: HTTP 404 Not Found: There is no such page here.; is the path right? routers often serve /ws',
  ]),
  connect('a URL that is none', 'hello', 5_000, [
    'UsageError WAMP_ERR_USAGE',
    'peer "peer": expected a URL such as ws://127.0.0.1:PORT/ws, received "hello"',
  ]),
  connect('a URL of a web page', 'http://127.0.0.1:8080/ws', 5_000, [
    'UsageError WAMP_ERR_USAGE',
    'peer "peer": expected ws:// or wss://, received http://; did you mean ws://127.0.0.1:PORT/ws?',
  ]),
  connect('a server that accepts and is silent', 'silent', WITH_HANDSHAKE, [
    'TimeoutError WAMP_ERR_TIMEOUT',
    'no answer from ws://127.0.0.1:PORT/ws within 5000 ms; is it a WAMP router?',
  ]),
  connect('a server that speaks WebSocket and no WAMP', 'mute', WITH_HANDSHAKE, [
    'TimeoutError WAMP_ERR_TIMEOUT',
    'no WELCOME from ws://127.0.0.1:PORT/ws to realm "realm1" within 5000 ms: nothing came; is it a WAMP router?',
  ]),
  {
    title: 'a wrong realm',
    program: 'wrong-realm.mjs',
    code: 1,
    deadline: 5_000,
    lines: [
      'SessionAborted WAMP_ERR_ABORTED wamp.error.no_such_realm',
      `wamp.error.no_such_realm from ws://127.0.0.1:PORT/ws, which refused a session in realm "reaml1": that realm does not exist there; check its name (the router said: "there is no realm reaml1 on this router")`,
    ],
  },
  {
    title: 'no realm',
    program: 'no-realm.mjs',
    code: 1,
    deadline: 5_000,
    lines: [
      'UsageError WAMP_ERR_USAGE',
      'peer "peer": expected realm to be a URI such as "realm1", received undefined',
    ],
  },
  {
    title: 'a wrong password, an unknown user, no user at all',
    program: 'wrong-password.mjs',
    code: 1,
    deadline: 5_000,
    lines: [
      'SessionAborted WAMP_ERR_ABORTED wamp.error.authentication_denied',
      'wamp.error.authentication_denied from ws://127.0.0.1:PORT/ws, which refused a session of "anna" in realm "house": check its password or key, and the authid (the router said: "the credentials are wrong")',
      'SessionAborted WAMP_ERR_ABORTED wamp.error.authentication_denied',
      'wamp.error.authentication_denied from ws://127.0.0.1:PORT/ws, which refused a session of "anna" in realm "house": check its password or key, and the authid (the router said: "the credentials are wrong")',
      'SessionAborted WAMP_ERR_ABORTED wamp.error.authentication_denied',
      'wamp.error.authentication_denied from ws://127.0.0.1:PORT/ws, which refused a session of "bert" in realm "house": check its password or key, and the authid (the router said: "the credentials are wrong")',
      'SessionAborted WAMP_ERR_ABORTED wamp.error.authentication_denied',
      'wamp.error.authentication_denied from ws://127.0.0.1:PORT/ws, which refused a session of "carl" in realm "house": check its password or key, and the authid (the router said: "the credentials are wrong")',
      'SessionAborted WAMP_ERR_ABORTED wamp.error.authentication_required',
      'wamp.error.authentication_required from ws://127.0.0.1:PORT/ws, which refused a session in realm "house": the realm is not open to anonymous peers; give an authid and a method to authenticate with (the router said: "this realm is not open to anonymous peers; it accepts wampcra, ticket")',
      'anna has joined by wampcra',
    ],
  },
  {
    title: 'an endpoint that throws',
    program: 'handler-throws.mjs',
    code: 0,
    deadline: 5_000,
    lines: [
      'log: an endpoint failed, callee, com.example.throws: boom, with its stack: true',
      'ApplicationError WAMP_ERR_APPLICATION wamp.error.runtime_error ["boom"] {}',
      'call of com.example.throws was answered with wamp.error.runtime_error: boom',
      'log: an endpoint failed, callee, com.example.rejects: bang, with its stack: true',
      'ApplicationError WAMP_ERR_APPLICATION wamp.error.runtime_error ["bang"] {}',
      'call of com.example.rejects was answered with wamp.error.runtime_error: bang',
      'log: an endpoint failed, callee, com.example.throws_text: the endpoint threw what is no Error: just text, with its stack: false',
      'ApplicationError WAMP_ERR_APPLICATION wamp.error.runtime_error ["just text"] {}',
      'call of com.example.throws_text was answered with wamp.error.runtime_error: just text',
      'ApplicationError WAMP_ERR_APPLICATION com.example.error.too_hot ["at most 25",25] {"asked":40}',
      'call of com.example.too_hot was answered with com.example.error.too_hot: at most 25',
      'ApplicationError WAMP_ERR_APPLICATION wamp.error.no_such_procedure ["no procedure com.example.unknown is registered"] {}',
      'call of com.example.unknown was answered with wamp.error.no_such_procedure: no procedure com.example.unknown is registered',
      'true 1 1',
    ],
  },
  {
    title: 'a result that cannot be sent',
    program: 'bad-result.mjs',
    code: 0,
    deadline: 5_000,
    lines: [
      'log: an endpoint failed, com.example.bigint: args[0]: expected a JSON value or a Uint8Array, received a bigint',
      'ApplicationError WAMP_ERR_APPLICATION wamp.error.invalid_argument',
      'call of com.example.bigint was answered with wamp.error.invalid_argument: the result of com.example.bigint cannot be sent: args[0]: expected a JSON value or a Uint8Array, received a bigint',
      'log: an endpoint failed, com.example.circle: args[0].inner.self: it contains itself',
      'ApplicationError WAMP_ERR_APPLICATION wamp.error.invalid_argument',
      'call of com.example.circle was answered with wamp.error.invalid_argument: the result of com.example.circle cannot be sent: args[0].inner.self: it contains itself',
      'log: an endpoint failed, com.example.nested: args[1].list[1]: expected a JSON value or a Uint8Array, received NaN',
      'ApplicationError WAMP_ERR_APPLICATION wamp.error.invalid_argument',
      'call of com.example.nested was answered with wamp.error.invalid_argument: the result of com.example.nested cannot be sent: args[1].list[1]: expected a JSON value or a Uint8Array, received NaN',
      'log: an endpoint failed, com.example.function: args[0]: expected a JSON value or a Uint8Array, received a function',
      'ApplicationError WAMP_ERR_APPLICATION wamp.error.invalid_argument',
      'call of com.example.function was answered with wamp.error.invalid_argument: the result of com.example.function cannot be sent: args[0]: expected a JSON value or a Uint8Array, received a function',
      'true 1 1',
    ],
  },
  {
    title: 'an argument that cannot be sent, or cannot be meant',
    program: 'bad-argument.mjs',
    code: 0,
    deadline: 5_000,
    lines: [
      'SerializationError WAMP_ERR_SERIALIZATION args[0]',
      'call of com.example.add: args[0]: expected a JSON value or a Uint8Array, received a bigint',
      'SerializationError WAMP_ERR_SERIALIZATION args[0].inner.self',
      'call of com.example.add: args[0].inner.self: it contains itself',
      'SerializationError WAMP_ERR_SERIALIZATION kwargs.when[1]',
      'call of com.example.add: kwargs.when[1]: expected a JSON value or a Uint8Array, received a function',
      'SerializationError WAMP_ERR_SERIALIZATION args[1].deep[0]',
      'publication to com.example.news: args[1].deep[0]: expected a JSON value or a Uint8Array, received NaN',
      'UsageError WAMP_ERR_USAGE',
      'call of com.example.add: expected args to be a list such as [value], received number',
      'UsageError WAMP_ERR_USAGE',
      "call: expected a URI such as 'com.example.name', received undefined",
      'UsageError WAMP_ERR_USAGE',
      "call: expected a URI such as 'com.example.name'; 'com example add' holds whitespace (U+0020) at position 3",
      'UsageError WAMP_ERR_USAGE',
      "unknown option 'timeuot' of CALL: did you mean 'timeout'?",
      'UsageError WAMP_ERR_USAGE',
      "unknown option 'exclude_me' of PUBLISH: it is 'excludeMe' here",
      'UsageError WAMP_ERR_USAGE',
      'register: expected an endpoint (a function) for com.example.sub, received "subtract"',
      'true 1',
    ],
  },
  {
    title: 'a subscriber that throws',
    program: 'subscriber-throws.mjs',
    code: 0,
    deadline: 5_000,
    lines: [
      'log: an event handler failed, com.example.news: boom',
      'log: an event handler failed, com.example.news: bang',
      'heard: it works',
      '2 + 3 = 5 1 1',
    ],
  },
  {
    title: 'a call that is never answered',
    program: 'call-timeout.mjs',
    code: 0,
    deadline: 5_000,
    lines: [
      'TimeoutError WAMP_ERR_TIMEOUT call of com.example.never 500, in time: true',
      'call of com.example.never: no answer within 500 ms (timeout)',
      "the signal's own reason: TimeoutError",
      'true 0 1',
    ],
  },
  {
    title: 'a call before there is a session, and after there was one',
    program: 'out-of-session.mjs',
    code: 0,
    deadline: 5_000,
    lines: [
      'a call before the session is there is answered: 1',
      'PeerDown WAMP_ERR_PEER_DOWN',
      `call of com.example.one: peer "hasty" is connecting; leave out whenDown: 'fail' to wait`,
      'TimeoutError WAMP_ERR_TIMEOUT',
      // At its deadline it may just be on its way to another try.
      /^call of com\.example\.one: no session within 500 ms \(timeout\): peer "lonely" is (down|connecting): could not connect to ws:\/\/127\.0\.0\.1:9\/ws: connect ECONNREFUSED 127\.0\.0\.1:9; is the router running\?$/,
      'PeerDown WAMP_ERR_PEER_DOWN',
      'call of com.example.one: peer "lonely" is stopped: shutdown; restartChild("lonely"), connect() or start() again',
      'PeerDown WAMP_ERR_PEER_DOWN',
      'call of com.example.one: peer "lonely" is stopped: shutdown; restartChild("lonely"), connect() or start() again',
      'NotRunning SUPERVISOR_ERR_NOT_RUNNING',
      'the root supervisor is not running: its tree has ended, or was not started; start() makes a new one',
      'PeerDown WAMP_ERR_PEER_DOWN',
      'call of com.example.one: peer "peer" has left; connect() again',
      'PeerDown WAMP_ERR_PEER_DOWN',
      'publication to com.example.news: peer "peer" has left; connect() again',
      'PeerDown WAMP_ERR_PEER_DOWN',
      'subscription of com.example.news: peer "peer" has left; connect() again',
      'PeerDown WAMP_ERR_PEER_DOWN',
      'registration of com.example.one: peer "peer" has left; connect() again',
      'PeerDown WAMP_ERR_PEER_DOWN',
      'join: peer "peer" has left; connect() again',
    ],
  },
  {
    title: 'nothing but the end of the last peer',
    program: 'last-peer.mjs',
    code: 0,
    deadline: 5_000,
    lines: ['wamp.error.no_such_procedure', 'the last peer has stopped', 'the process ends by itself'],
  },
];

export const UNCAUGHT = {
  title: 'an error that nobody catches',
  program: 'uncaught.mjs',
  code: 1,
  deadline: 5_000,
  /** Among what Node prints of it. */
  lines: [
    /^ConnectError: could not connect to ws:\/\/127\.0\.0\.1:9\/ws: connect ECONNREFUSED 127\.0\.0\.1:9; is the router running\?$/m,
    /^ {2}code: 'WAMP_ERR_CONNECT',$/m,
    /^ {2}\[cause\]: Error: connect ECONNREFUSED 127\.0\.0\.1:9$/m,
  ],
} as const satisfies Expected;

const LOST = String.raw`the connection to ws://127\.0\.0\.1:PORT/ws was (closed by the router \(1006, no close frame\)|lost \(1006, read ECONNRESET\))`;

export const ROUTER_KILLED: Expected['lines'] = [
  'ready',
  'ConnectionLost WAMP_ERR_CONNECTION_LOST, may have executed: true',
  new RegExp(`^call of com.example.never: its session ended \\(${LOST}\\); it may have been carried out$`),
  new RegExp(`^left: ${LOST}$`),
  'PeerDown WAMP_ERR_PEER_DOWN',
  new RegExp(
    `^call of com.example.add: peer "peer" is (down|connecting): ${LOST}; leave out whenDown: 'fail' to wait$`,
  ),
  'down',
  'a call made while it was down: 2 + 3 = 5',
  'heard: it is back',
  'joined again: 1',
];
