import { createActor } from 'xstate';
import { peerMachine } from '../../actors/peer.js';
import { SessionAborted, UsageError } from '../../src/errors.js';
import { PeerLife } from '../../src/peer/life.js';
import { peer } from '../../src/peer/spec.js';
import { CRASHES } from '../../src/peer/verdict.js';
import { fullSpec, supervised } from '../../supervisors/index.js';

const GOOD = { url: 'ws://127.0.0.1:8080/ws', realm: 'realm1' };

describe('peer', () => {
  it('is a child spec with a peer’s defaults', () => {
    const spec = peer('thermostat', GOOD);
    expect(fullSpec(spec)).toMatchObject({
      id: 'thermostat',
      start: supervised(peerMachine),
      restart: 'transient',
      shutdown: 5_000,
      type: 'worker',
      backoff: {},
      budget: CRASHES,
    });
  });

  it('takes what a supervisor is to do otherwise', () => {
    const wishes = {
      restart: 'permanent',
      shutdown: 'brutal_kill',
      backoff: { first: 10 },
      budget: { intensity: 1, period: 5 },
    } as const;
    expect(peer('thermostat', { ...GOOD, ...wishes })).toMatchObject(wishes);
  });

  it('judges by the user’s word first', () => {
    const { judge } = peer('thermostat', { ...GOOD, onAbort: { 'com.example.no': 'stop' } });
    expect(judge?.(new SessionAborted('', { uri: 'com.example.no', details: {}, established: false }))).toBe('stop');
    expect(judge?.('normal')).toBeUndefined();
  });

  it('makes a handle that hosts its machine', () => {
    const spec = peer('thermostat', GOOD);
    const handle = spec.handle?.({ id: 'thermostat', path: 'upstairs/thermostat', environment: undefined });
    expect(handle).toBeInstanceOf(PeerLife);
    expect(handle).toMatchObject({ name: 'thermostat', address: GOOD.url, openTimeout: 5_000 });
    const input = (spec.input as (child: object) => object)({ handle });
    expect(input).toEqual({ host: handle });
    expect(createActor(peerMachine, { input: input as never }).getSnapshot().value).toBe('connecting');
  });

  it.each<[string, object]>([
    ['peer "thermostat": expected realm', { realm: 5 }],
    ['expected', { url: 'http://127.0.0.1:8080' }],
    ["did you mean 'match'?", { subscribe: { 'com.example.news': { handler: () => {}, mach: 'prefix' } } }],
  ])('says what is wrong before anything is started: %s', (message, options) => {
    const make = () => peer('thermostat', { ...GOOD, ...options });
    expect(make).toThrow(UsageError);
    expect(make).toThrow(message);
  });
});
