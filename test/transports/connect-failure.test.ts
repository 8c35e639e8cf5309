import { ConnectError } from '../../src/errors.js';
import { connectFailure, HttpRefusal, httpFailure } from '../../src/transports/connect-failure.js';

const ADDRESS = 'ws://127.0.0.1:9/ws';
const failed = (message: string, code?: string) =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

describe('connectFailure', () => {
  it.each([
    ['connect ECONNREFUSED 127.0.0.1:9', 'ECONNREFUSED', true, /ECONNREFUSED 127\.0\.0\.1:9; is the router running\?$/],
    ['getaddrinfo ENOTFOUND nowhere', 'ENOTFOUND', true, /ENOTFOUND nowhere; is the host name right\?$/],
    ['getaddrinfo EAI_AGAIN nowhere', 'EAI_AGAIN', true, /EAI_AGAIN nowhere; the name server did not answer$/],
    ['connect EHOSTUNREACH', 'EHOSTUNREACH', true, /is the network up/],
    ['connect ENETUNREACH', 'ENETUNREACH', true, /is the network up/],
    ['connect ETIMEDOUT', 'ETIMEDOUT', true, /is the network up/],
    ['socket hang up', 'ECONNRESET', true, /socket hang up; the connection was cut before the handshake was over$/],
    ['too many files', 'EMFILE', true, /too many files$/],
    ['certificate has expired', 'CERT_HAS_EXPIRED', false, /certificate is to be renewed$/],
    ['not yet', 'CERT_NOT_YET_VALID', false, /is the clock of this machine right\?$/],
    ['altnames', 'ERR_TLS_CERT_ALTNAME_INVALID', false, /for another host name$/],
    ['self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT', false, /tls\.ca$/],
    ['unable to verify', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', false, /tls\.ca$/],
    ['wrong version number', 'ERR_SSL_WRONG_VERSION_NUMBER', false, /does the port speak TLS\?/],
    ['write EPROTO', 'EPROTO', false, /does the port speak TLS\?/],
    ['revoked', 'CERT_REVOKED', false, /revoked$/],
    ['Parse Error: Expected HTTP/', 'HPE_INVALID_CONSTANT', false, /does not answer in HTTP/],
    ['Server sent no subprotocol', undefined, false, /no subprotocol to an offer of wamp\.2\.json; does it speak WAMP/],
    ['Server sent an invalid subprotocol', undefined, false, /to an offer of wamp\.2\.json; does it speak WAMP/],
    ['Invalid Upgrade header', undefined, false, /no WebSocket is served there$/],
    ['Invalid Sec-WebSocket-Accept header', undefined, false, /a proxy in between/],
    ['anything else', undefined, true, /anything else$/],
  ])('%s: another try may help: code %s, %s', (said, code, transient, message) => {
    const cause = failed(said, code);
    const error = connectFailure(ADDRESS, ['wamp.2.json'], cause);
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({ address: ADDRESS, transient, cause });
    expect(error.message).toMatch(message);
    expect(error.message.startsWith(`could not connect to ${ADDRESS}: ${said}`)).toBe(true);
  });

  it('names every address that was tried', () => {
    const tried = ['connect ECONNREFUSED ::1:9', 'connect ECONNREFUSED 127.0.0.1:9'].map((said) =>
      failed(said, 'ECONNREFUSED'),
    );
    const cause = Object.assign(new AggregateError(tried, ''), { code: 'ECONNREFUSED' });
    expect(connectFailure(ADDRESS, [], cause).message).toBe(
      `could not connect to ${ADDRESS}: connect ECONNREFUSED ::1:9; connect ECONNREFUSED 127.0.0.1:9; is the router running?`,
    );
  });

  it('has a sentence for whatever was thrown', () => {
    expect(connectFailure(ADDRESS, [], 'a string').message).toBe(`could not connect to ${ADDRESS}: a string`);
    expect(connectFailure(ADDRESS, [], failed('', 'EWHATEVER')).message).toBe(
      `could not connect to ${ADDRESS}: EWHATEVER`,
    );
  });
});

describe('httpFailure', () => {
  it.each([
    [200, false, /HTTP 200 OK; no WebSocket is served there; is the path right\?$/],
    [400, false, /HTTP 400 Bad Request$/],
    [401, false, /HTTP 401 Unauthorized; does the router/],
    [403, false, /HTTP 403 Forbidden; does the router/],
    [404, false, /HTTP 404 Not Found; is the path right\? routers often serve \/ws$/],
    [426, false, /HTTP 426 Upgrade Required$/],
    [429, true, /HTTP 429 Too Many Requests$/],
    [500, true, /HTTP 500 /],
    [502, true, /HTTP 502 /],
    [503, true, /HTTP 503 Service Unavailable$/],
    [504, true, /HTTP 504 /],
    [299, false, /HTTP 299; no WebSocket/],
  ])('HTTP %i: another try may help: %s', (status, transient, message) => {
    const error = httpFailure('ws://me:hush@127.0.0.1:9/ws?token=hush', { status, body: '' });
    expect(error).toMatchObject({ address: ADDRESS, transient });
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('hush');
  });

  it('shows the body, on one line', () => {
    const error = httpFailure(ADDRESS, { status: 404, body: '<h1>\r\n  Nothing here</h1>\u001b[2J' });
    expect(error.message).toContain('HTTP 404 Not Found: <h1> Nothing here</h1> [2J; is the path right?');
    expect(error.cause).toBeInstanceOf(HttpRefusal);
    expect(error.cause).toMatchObject({ status: 404, body: '<h1> Nothing here</h1> [2J', retryAfter: undefined });
  });

  it.each([
    ['/other', 'ws://127.0.0.1:9/other'],
    ['https://me:hush@host/ws?token=hush', 'wss://host/ws'],
    [undefined, 'the URL it leads to'],
    ['http://:::', 'the URL it leads to'],
  ])('says where a redirect to %s leads', (location, target) => {
    const error = httpFailure(ADDRESS, { status: 302, location, body: '' });
    expect(error.transient).toBe(false);
    expect(error.message).toMatch(/redirects are not followed, since headers may hold secrets: write /);
    expect(error.message.endsWith(`write ${target}`)).toBe(true);
  });

  it.each([
    ['2', 2_000],
    ['3600', 60_000],
    ['Fri, 31 Dec 2027 23:59:59 GMT', undefined],
    ['-1', undefined],
    [undefined, undefined],
  ])('Retry-After: %s is %s ms', (retryAfter, expected) => {
    expect(httpFailure(ADDRESS, { status: 503, retryAfter, body: '' }).cause).toMatchObject({ retryAfter: expected });
  });
});
