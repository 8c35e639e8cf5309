const BACKOFF = '"backoff", with first, base and max in milliseconds; it tries until it is back';
const AUTH = '"auth": ticket(…), wampcra(…), scram(…) or cryptosign(…)';
const ON_JOIN = '"onJoin", told of each session; the first one is what connect(…) waits for';
const ON_LEAVE = '"onLeave", told of the end of each session';

/** What other clients call their options, in lower case and without underscores: autobahn-js and wampy above all. */
const ELSEWHERE = new Map<string, string>([
  ...['maxretries', 'retries', 'initialretrydelay', 'maxretrydelay', 'retrydelaygrowth', 'reconnectinterval'].map(
    (name) => [name, BACKOFF] as const,
  ),
  ...['autoreconnect', 'reconnect'].map((name) => [name, '"restart" and "backoff"; it comes back by default'] as const),
  ...['authmethods', 'onchallenge', 'authplugins', 'authmode', 'secret', 'password', 'ticket', 'token'].map(
    (name) => [name, AUTH] as const,
  ),
  ...['onopen', 'onconnect', 'onreconnect', 'onreconnectsuccess'].map((name) => [name, ON_JOIN] as const),
  ...['onclose', 'ondisconnect', 'onerror'].map((name) => [name, ON_LEAVE] as const),
  ['serializer', '"serializers", a list such as [msgpack(), json()]'],
  ['protocols', '"serializers", a list such as [msgpack(), json()]'],
  ['transports', '"url", which takes a list too'],
  ['ws', 'not needed: the transport comes with it, and has options in "websocket"'],
]);

/** What an option of another client is here, in words that follow "it is"; `undefined` for a name that none of them has. */
export function knownElsewhere(name: string): string | undefined {
  return ELSEWHERE.get(name.toLowerCase().replaceAll('_', ''));
}
