import { ConnectError, UsageError } from '../../src/errors.js';
import { connectorTo, linkedPair } from '../../src/transports/linked.js';
import type { Transport } from '../../src/transports/transport.js';
import { record, turns } from '../support/record.js';

const JSON_ONLY = ['wamp.2.json'];
const never = () => new AbortController().signal;

describe('linkedPair', () => {
  it('carries JSON unless told otherwise', () => {
    const [client, router] = linkedPair();
    expect([client.subprotocol, router.subprotocol, client.address]).toEqual(['wamp.2.json', 'wamp.2.json', 'linked']);
  });

  it.each([
    [{ subprotocol: 'a b' }, /^expected a subprotocol/],
    [{ maxPayload: 0 }, /^maxPayload: expected octets, a whole number from 1, received 0$/],
    [{ maxQueued: 0.5 }, /^maxQueued: .* received 0\.5$/],
  ])('refuses %j', (options, message) => {
    expect(() => linkedPair(options)).toThrow(UsageError);
    expect(() => linkedPair(options)).toThrow(message);
  });

  it('delivers in a microtask, so that no turn of the loop is lost', async () => {
    const [client, router] = linkedPair();
    const heard = record(router);
    client.send('[1]');
    await Promise.resolve();
    await Promise.resolve();
    expect(heard.frames).toEqual(['[1]']);
  });

  it('answers a frame from within a frame without growing the stack', async () => {
    const [client, router] = linkedPair();
    let deepest = 0;
    let depth = 0;
    let left = 10_000;
    const bounce = (transport: Transport) => () => {
      depth += 1;
      deepest = Math.max(deepest, depth);
      left -= 1;
      if (left > 0) transport.send('ball');
      depth -= 1;
    };
    record(client, bounce(client));
    record(router, bounce(router));
    client.send('ball');
    while (left > 0) await turns(1);
    expect(deepest).toBe(1);
  });

  it('lets a turn of the loop pass at least every 256 frames', async () => {
    const [client, router] = linkedPair();
    const heard = record(router);
    for (let index = 0; index < 1_000; index += 1) client.send('x');
    await Promise.resolve();
    await Promise.resolve();
    expect(heard.frames).toHaveLength(256);
    expect(client.queued).toBe(744);
    await heard.has(1_000);
    expect(client.queued).toBe(0);
  });

  it('bounds what waits for an end that does not listen', async () => {
    const [client, router] = linkedPair({ maxQueued: 10 });
    for (let index = 0; index < 11; index += 1) client.send('x');
    const [atClient, atRouter] = [record(client), record(router)];
    await Promise.all([atClient.closed, atRouter.closed]);
    expect(atRouter.frames).toEqual([]);
    expect(client.queued).toBe(0);
  });
});

describe('connectorTo', () => {
  it('hands the other end to the router', async () => {
    const accepted: Transport[] = [];
    const connector = connectorTo((transport) => accepted.push(transport), 'linked:home');
    expect(connector.address).toBe('linked:home');
    const attempt = connector.open(['wamp.2.msgpack', 'wamp.2.json'], never());
    expect(accepted).toEqual([]);
    const client = await attempt;
    expect([client.subprotocol, accepted[0]?.subprotocol, client.address]).toEqual([
      'wamp.2.msgpack',
      'wamp.2.msgpack',
      'linked:home',
    ]);
    const heard = record(accepted[0]!);
    client.send(new Uint8Array([1]));
    await heard.has(1);
    client.destroy();
    expect((await heard.closed).message).toBe(
      'the connection from linked:home was closed by the client (1006, no close frame)',
    );
  });

  it('chooses the subprotocol by the client’s order, among the router’s', async () => {
    const connector = connectorTo(() => {}, 'linked', { subprotocols: ['wamp.2.json', 'wamp.2.cbor'] });
    expect((await connector.open(['x', 'wamp.2.cbor', 'wamp.2.json'], never())).subprotocol).toBe('wamp.2.cbor');
    await expect(connector.open(['wamp.2.msgpack'], never())).rejects.toMatchObject({
      message:
        'could not connect to linked: expected one of the subprotocols wamp.2.json, wamp.2.cbor, received wamp.2.msgpack',
      transient: false,
    });
  });

  it('rejects with the reason of its signal', async () => {
    const accepted: Transport[] = [];
    const connector = connectorTo((transport) => accepted.push(transport));
    const reason = new Error('not now');
    await expect(connector.open(JSON_ONLY, AbortSignal.abort(reason))).rejects.toBe(reason);
    const abort = new AbortController();
    const attempt = connector.open(JSON_ONLY, abort.signal);
    abort.abort(reason);
    await expect(attempt).rejects.toBe(reason);
    expect(accepted).toEqual([]);
  });

  it('rejects with what the router threw', async () => {
    const refused = new ConnectError('the router is stopped', { address: 'linked', transient: false });
    const throwing = (error: unknown) =>
      connectorTo(() => {
        throw error;
      }).open(JSON_ONLY, never());
    await expect(throwing(refused)).rejects.toBe(refused);
    const cause = new Error('a defect');
    await expect(throwing(cause)).rejects.toMatchObject({
      message: 'could not connect to linked: a defect',
      transient: true,
      cause,
    });
  });
});
