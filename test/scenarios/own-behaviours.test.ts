/** A user's own transport and serializers, with the embedded router: over each way, in each serializer. */

import { connect } from '../../src/connect.js';
import { type Router, router } from '../../src/router/router.js';
import { cbor } from '../../src/serializers/cbor.js';
import { json } from '../../src/serializers/json.js';
import { msgpack } from '../../src/serializers/msgpack.js';
import type { Serializer } from '../../src/serializers/serializer.js';
import type { Connector } from '../../src/transports/transport.js';
import { failure, next, QUICK } from '../support/house.js';
import { channelPair, inverted } from '../support/own-behaviours.js';

const OWN = [inverted(json(), 10), inverted(msgpack(), 11), inverted(cbor(), 12)];

let local: Router;
beforeAll(async () => {
  local = await router({ port: 0, serializers: [...OWN, json()] });
});
afterAll(() => local.stop());

/** The router over a MessageChannel for each session. */
const channel = (): Connector => ({
  address: 'channel:router',
  async open([subprotocol = '']) {
    const [client, end] = channelPair(subprotocol);
    local.accept(end);
    return client;
  },
});

const WAYS: Readonly<Record<string, () => string | Connector>> = {
  'a MessageChannel': channel,
  'a WebSocket': () => local.urls[0] ?? '',
  'a RawSocket': () => local.urls[1] ?? '',
  'a linked transport': () => local,
};

const cases = Object.keys(WAYS).flatMap((way) => [...OWN, json()].map((serializer) => ({ way, serializer })));

describe.each(cases)(
  'over $way, in $serializer.subprotocol',
  ({ way, serializer }: { way: string; serializer: Serializer }) => {
    it('a peer calls, is called, hears, and comes back', async () => {
      const options = { realm: 'realm1', serializers: [serializer], backoff: QUICK };
      const url = WAYS[way]?.() ?? '';
      const [callee, caller] = await Promise.all([connect(url, options), connect(url, options)]);
      await callee.register('com.example.echo', ({ args }) => args[0]);
      const heard = callee.events('com.example.news');
      await heard.ready;
      expect((await caller.call('com.example.echo', [{ größe: [1, null, 'x'] }])).args).toEqual([
        { größe: [1, null, 'x'] },
      ]);
      await caller.publish('com.example.news', ['first']);
      expect((await heard.next()).value?.args).toEqual(['first']);

      const joined = next(callee, 'joined');
      local.abort(callee.session?.id ?? 0, 'wamp.error.unavailable');
      await joined;
      expect((await caller.call('com.example.echo', ['again'])).args).toEqual(['again']);
      await heard.return();
      await Promise.all([callee.leave(), caller.leave()]);
    });
  },
);

describe('accept', () => {
  it.each([
    [undefined, 'accept: the caller gave no transport, but undefined'],
    [{ ...channelPair()[0], subprotocol: 'wamp.2.cbor' }, 'received one for wamp.2.cbor'],
  ])('refuses %#: %s', (given, said) => {
    expect(() => local.accept(given as never)).toThrow(said);
  });

  it('refuses while the router does not run', async () => {
    const other = await router();
    await other.stop();
    const connector: Connector = {
      address: 'channel:router',
      async open() {
        const [client, end] = channelPair();
        other.accept(end);
        return client;
      },
    };
    expect(await failure(connect(connector, { realm: 'realm1' }))).toMatchObject({ code: 'WAMP_ERR_CONNECT' });
  });
});
