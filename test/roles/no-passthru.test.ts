import { PassthruError } from '../../src/errors.js';
import { Call } from '../../src/roles/caller.js';
import { NO_PASSTHRU } from '../../src/roles/no-passthru.js';
import { Register } from '../../src/roles/registering.js';
import type { Request } from '../../src/roles/request.js';
import { Subscribe } from '../../src/roles/subscriber.js';
import type { PayloadScheme } from '../../src/wamp/payload-scheme.js';
import type { List } from '../../src/wamp/values.js';
import { recorded } from './recorded.js';

const ATTRIBUTES = { ppt_scheme: 'wamp', ppt_serializer: 'cbor' };
const octets = [Uint8Array.of(1, 2, 3)];

/** What comes sealed, as it stands behind the ids of a message, and what becomes of it. */
const SEALED: readonly [string, List, { problem: string; message: string; uri: string; said: string }][] = [
  [
    'is sealed',
    [ATTRIBUTES, octets],
    {
      problem: 'unsupported',
      message: "its payload is sealed by a scheme that is not among the peer's (option passthru; none is)",
      uri: 'wamp.error.feature_not_supported',
      said: 'the callee cannot open a payload of this scheme, cipher or serializer',
    },
  ],
  [
    'is transparent',
    [{ enc_algo: 'cryptobox' }, octets[0]],
    {
      problem: 'unsupported',
      message: 'its payload is transparent (enc_algo), which nobody here opens; have it sent by payload passthru mode',
      uri: 'wamp.error.feature_not_supported',
      said: 'the callee cannot open a payload of this scheme, cipher or serializer',
    },
  ],
  [
    'is sealed, and no octet string',
    [ATTRIBUTES, ['x']],
    {
      problem: 'malformed',
      message:
        'its payload cannot be opened: a payload that is passed through is one octet string and nothing else, received a string',
      uri: 'wamp.error.invalid_argument',
      said: 'the payload is not what its scheme makes',
    },
  ],
  [
    'has attributes that are no strings',
    [{ ...ATTRIBUTES, ppt_keyid: 7 }, octets],
    {
      problem: 'malformed',
      message: 'details.ppt_keyid: expected a string, received 7',
      uri: 'wamp.error.invalid_argument',
      said: 'the payload is not what its scheme makes',
    },
  ],
];

const settled = (request: { readonly promise: Promise<unknown> }) => request.promise.catch((error: unknown) => error);

describe.each(SEALED)('without schemes, when a payload %s', (_how, rest, { problem, message, uri, said }) => {
  it('a result rejects its call, and what comes later is late', async () => {
    const { roles, receive } = recorded();
    const call = new Call('com.p', [], {}, {});
    roles.requests.send(call as Request);
    receive([50, 1, ...rest]);
    const why = await settled(call);
    expect(why).toBeInstanceOf(PassthruError);
    expect(why).toMatchObject({ problem, message: `the result of com.p: ${message}` });
    receive([50, 1, {}, []]);
    expect({ unopened: roles.unopened.count, late: roles.late }).toEqual({ unopened: 1, late: 1 });
  });

  it('an error rejects its call without its payload', async () => {
    const { roles, receive } = recorded();
    const call = new Call('com.p', [], {}, {});
    roles.requests.send(call as Request);
    receive([8, 48, 1, rest[0], 'com.e', ...rest.slice(1)]);
    expect(await settled(call)).toMatchObject({ problem, message: `the error of com.p: ${message}` });
    expect(roles.unopened.count).toBe(1);
  });

  it('a call is refused, which is told once, and reaches no endpoint', () => {
    const { roles, receive, sent, unopened } = recorded();
    const endpoint = jest.fn();
    roles.requests.send(new Register({ procedure: 'com.p', options: {}, endpoint, id: undefined }) as Request);
    receive([65, 1, 77], [68, 1, 77, ...rest], [68, 2, 77, ...rest]);
    expect(endpoint).not.toHaveBeenCalled();
    expect(sent.slice(1)).toEqual([
      [8, 68, 1, {}, uri, [said]],
      [8, 68, 2, {}, uri, [said]],
    ]);
    expect(unopened).toMatchObject([['a call', 'com.p', { problem, message: `a call of com.p: ${message}` }]]);
    expect(roles.unopened.count).toBe(2);
  });

  it('a part ends its call', async () => {
    const { roles, receive, sent, unopened } = recorded();
    const seen: unknown[] = [];
    const endpoint = async ({ parts }: { parts: AsyncIterable<{ args: List }> }) => {
      for await (const { args } of parts) seen.push(...args);
    };
    roles.requests.send(new Register({ procedure: 'com.p', options: {}, endpoint, id: undefined }) as Request);
    receive([65, 1, 77], [68, 1, 77, { progress: true }, [1]]);
    await new Promise(setImmediate);
    receive([68, 1, 77, ...rest]);
    await new Promise(setImmediate);
    expect(seen).toEqual([1]);
    expect(sent.slice(1)).toEqual([[8, 68, 1, {}, uri, [said]]]);
    expect(unopened).toMatchObject([['a call', 'com.p', { problem }]]);
  });

  it('an event is dropped, which is told once, and the next one is heard', () => {
    const { roles, receive, unopened } = recorded();
    const handler = jest.fn();
    roles.requests.send(new Subscribe({ topic: 'com.t', options: {}, handler, id: undefined }) as Request);
    receive([33, 1, 99], [36, 99, 5, ...rest], [36, 99, 6, ...rest], [36, 99, 7, {}, ['plain']]);
    expect(handler.mock.calls).toMatchObject([[{ args: ['plain'] }]]);
    expect(unopened).toMatchObject([['an event', 'com.t', { problem, message: `an event of com.t: ${message}` }]]);
    expect({ unopened: roles.unopened.count, events: roles.subscriber.events }).toEqual({ unopened: 2, events: 1 });
  });
});

it('without schemes a request that is to be sealed is not sent', async () => {
  const { roles, sent } = recorded();
  const sealedBy = { scheme: 'wamp' } as PayloadScheme;
  const call = new Call('com.p', ['secret'], {}, {}, { sealedBy });
  roles.requests.send(call as Request);
  expect(await settled(call)).toMatchObject({ code: 'WAMP_ERR_PASSTHRU', problem: 'unsupported' });
  expect(sent).toEqual([]);
  expect(NO_PASSTHRU.features).toEqual({});
});
