import { ConnectError, SessionAborted, TimeoutError } from '../../../src/errors.js';
import { Routers } from '../../../src/peer/routers/routers.js';
import type { Connector } from '../../../src/transports/transport.js';

const connector = (address: string): Connector => ({ address, open: () => Promise.reject(new Error('not here')) });
const three = () => new Routers([connector('ws://a'), connector('ws://b'), connector('ws://c')]);
const down = (address: string) => new ConnectError(`${address} is down`, { address, transient: true });
const refused = new SessionAborted('no such realm at b', {
  uri: 'wamp.error.no_such_realm',
  details: {},
  established: false,
});

describe('several routers', () => {
  it('are tried in their order, each once', () => {
    const routers = three();
    const tried = [routers.present.address];
    while (routers.hasNext) {
      routers.passOver(new Error('down'));
      tried.push(routers.present.address);
    }
    expect(tried).toEqual(['ws://a', 'ws://b', 'ws://c']);
  });

  it('come to an error that names each with its own reason', () => {
    const routers = three();
    const timeout = new TimeoutError('c does not answer', { operation: 'open', timeout: 5_000 });
    routers.passOver(down('ws://a'));
    routers.passOver(refused);
    const error = routers.outcome(timeout) as ConnectError;
    expect(error).toBeInstanceOf(ConnectError);
    expect(error.message).toBe(
      'none of 3 routers could be joined: (1) ws://a is down; (2) no such realm at b; (3) c does not answer',
    );
    expect(error.errors).toEqual([down('ws://a'), refused, timeout]);
    expect(error).toMatchObject({ address: 'ws://a, ws://b, ws://c', transient: true, code: 'WAMP_ERR_CONNECT' });
  });

  it('come to what lasts only if it lasts at each of them', () => {
    const routers = three();
    routers.passOver(refused);
    routers.passOver(refused);
    expect(routers.outcome(refused)).toMatchObject({ transient: false });
  });

  it('are begun anew from the first, whichever served last', () => {
    const routers = three();
    routers.passOver(down('ws://a'));
    routers.welcome();
    expect(routers.present.address).toBe('ws://b');
    routers.begin();
    expect([routers.present.address, routers.hasNext]).toEqual(['ws://a', true]);
  });

  it('are not gone through when a session ends that was had: that is its own reason', () => {
    const routers = three();
    routers.passOver(down('ws://a'));
    routers.welcome();
    const why = new Error('lost');
    expect([routers.hasNext, routers.outcome(why)]).toEqual([false, why]);
  });

  it('that are one: its reason is the reason', () => {
    const routers = new Routers([connector('ws://a')]);
    const why = down('ws://a');
    expect([routers.hasNext, routers.outcome(why)]).toEqual([false, why]);
  });

  it('keep what a connector threw that is no error', () => {
    const routers = three();
    routers.passOver('nope');
    expect((routers.outcome(down('ws://b')) as ConnectError).message).toContain(
      '(1) the connector threw what is no Error: nope; (2) ws://b is down',
    );
  });
});
