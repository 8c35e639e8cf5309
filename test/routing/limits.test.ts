import { withMade } from '../../scripts/docs.js';
import { ApplicationError, ConnectionLost, ProtocolError, TimeoutError } from '../../src/errors.js';
import { REALM_OPTIONS, ROUTER_OPTIONS } from '../../src/router/options.js';
import {
  LIMITS,
  type Limit,
  type LimitName,
  LimitReached,
  limitBehind,
  limitsTable,
  noHits,
  sumOfHits,
} from '../../src/routing/limits.js';
import { limitsOf } from '../../src/serializers/limits.js';
import { DEFAULT_PING } from '../../src/transports/heartbeat.js';
import { HEADER_LENGTH } from '../../src/transports/websocket-listener.js';
import { DEFAULT_LIMITS as OF_WEBSOCKETS, PIECES, PONGS } from '../../src/transports/websocket-transport.js';
import { read } from '../support/source-files.js';

describe('LIMITS', () => {
  it('stand in docs/router.md, as they are: if not, run `npm run docs`', () => {
    const page = read('docs/router.md');
    expect(page).toBe(withMade('limits', page, limitsTable()));
  });

  it('have as defaults what keeps them has', () => {
    const { opening, joining, headerLength, messageLength, depth, growth, pieces, pongs, ping } = LIMITS;
    expect({ maxLength: messageLength.fallback, maxDepth: depth.fallback, maxGrowth: growth.fallback }).toEqual(
      limitsOf('json', {}),
    );
    expect(messageLength.fallback).toBe(OF_WEBSOCKETS.maxPayload);
    expect(pieces.fallback).toBe(PIECES.frames);
    expect(PIECES.chunks).toBe(4 * PIECES.frames);
    expect(pongs.fallback).toBe(PONGS);
    expect(ping.fallback).toBe(DEFAULT_PING.timeout);
    expect(headerLength.fallback).toBe(HEADER_LENGTH);
    expect(opening.fallback).toBe(joining.fallback);
  });

  it('have an option each that the router knows, or none', () => {
    const known = [...ROUTER_OPTIONS, ...REALM_OPTIONS.map((name) => `realms.NAME.${name}`)];
    for (const { option } of Object.values<Limit>(LIMITS)) {
      if (option !== undefined)
        expect(known.some((name) => option === name || option.startsWith(`${name}.`))).toBe(true);
    }
  });
});

describe('limitBehind', () => {
  const lost = (cause: unknown) => new ConnectionLost('lost', { mayHaveExecuted: false, cause });

  test.each<[unknown, LimitName | undefined]>([
    [new ProtocolError('long', { limit: 'maxLength' }), 'messageLength'],
    [lost(new ProtocolError('long', { limit: 'maxPayload' })), 'messageLength'],
    [new ProtocolError('deep', { limit: 'maxDepth' }), 'depth'],
    [new ProtocolError('large', { limit: 'maxGrowth' }), 'growth'],
    [new ProtocolError('long', { limit: 'helloLength' }), 'helloLength'],
    [lost(new ProtocolError('many', { limit: 'pieces' })), 'pieces'],
    [lost(new ProtocolError('many', { limit: 'pongs' })), 'pongs'],
    [lost(new TimeoutError('silent', { operation: 'ping', timeout: 1 })), 'ping'],
    [new TimeoutError('late', { operation: 'handshake', timeout: 1 }), 'joining'],
    [new TimeoutError('late', { operation: 'call', timeout: 1 }), undefined],
    [new ProtocolError('wrong'), undefined],
    [new ProtocolError('wrong', { limit: 'toString' }), undefined],
    [lost(undefined), undefined],
    ['normal', undefined],
  ])('of %s is %s', (reason, limit) => {
    expect(limitBehind(reason)).toBe(limit);
  });
});

describe('sumOfHits', () => {
  it('adds up each of them', () => {
    const [one, other] = [noHits(), noHits()];
    one.calls = 2;
    other.calls = 3;
    other.queued = 1;
    expect(sumOfHits([one, other])).toEqual({ ...noHits(), calls: 5, queued: 1 });
    expect(sumOfHits([])).toEqual(noHits());
  });
});

describe('LimitReached', () => {
  it('is an error for the client that knows its limit', () => {
    const error = new LimitReached('calls', 'too many');
    expect(error).toBeInstanceOf(ApplicationError);
    expect(error).toMatchObject({ uri: 'wamp.error.unavailable', args: ['too many'], limit: 'calls' });
    expect(new LimitReached('uriLength', 'too long', 'wamp.error.invalid_uri').uri).toBe('wamp.error.invalid_uri');
  });
});
