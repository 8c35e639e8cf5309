import { peerMachine } from '../../actors/peer.js';
import { contract } from '../../src/contract/contract.js';
import { UsageError } from '../../src/errors.js';
import { FULL } from '../../src/peer/full.js';
import { Peer } from '../../src/peer/peer.js';
import { NODE, peer } from '../../src/peer/spec.js';
import { start } from '../../src/start.js';
import { supervised, supervisor } from '../../supervisors/index.js';

const OPTIONS = { url: 'ws://127.0.0.1:1/ws', realm: 'realm1' };

describe('a peer that can do all', () => {
  it('has incarnations that can be looked at as state charts', () => {
    expect(FULL.logic).toBe(supervised(peerMachine));
  });

  it('is looked at where its user wrote it, and named', () => {
    expect(() => FULL.check('me', { ...OPTIONS, realm: '' }, NODE)).toThrow(/^peer "me": expected realm to be a URI/);
    expect(() => FULL.check('me', { ...OPTIONS, roles: 5 as never }, NODE)).toThrow(
      /^peer "me": roles: expected roles to/,
    );
    expect(() => peer('me', { ...OPTIONS, passthru: 5 as never })).toThrow(/^peer "me": passthru: expected a payload/);
    expect(() => FULL.seals({ ...OPTIONS, passthru: 5 as never })).toThrow(UsageError);
  });

  it('shows itself as contracts see it, and without one', async () => {
    const tree = start(supervisor({ children: [peer('me', { ...OPTIONS, backoff: { first: 60_000 } })] }));
    const me = tree.peer('me');
    expect(me).toBeInstanceOf(Peer);
    expect(me.untyped).toBe(me);
    const typed = me.as(contract({ procedures: {} }));
    expect(typed).not.toBe(me);
    expect(typed.untyped).not.toBe(typed);
    await expect((typed as unknown as Peer).call('com.example.add')).rejects.toThrow(UsageError);
    await tree.stop();
  });
});
