import { Ledger } from '../../../src/cli/demo/ledger.js';

describe('Ledger', () => {
  it('counts an event as lost that was acknowledged and never heard', () => {
    const ledger = new Ledger();
    ledger.acknowledge('a', 1);
    ledger.acknowledge('a', 2);
    ledger.receive('a', 1);
    expect(ledger.lostEvents).toBe(1);
  });

  it('takes an event that is heard before its acknowledgement', () => {
    const ledger = new Ledger();
    ledger.receive('a', 1);
    ledger.acknowledge('a', 1);
    expect(ledger.lostEvents).toBe(0);
    expect(ledger.events).toBe(1);
  });

  it('keeps topics apart, and does not miss what nobody acknowledged', () => {
    const ledger = new Ledger();
    ledger.acknowledge('a', 1);
    ledger.receive('b', 1);
    expect(ledger.lostEvents).toBe(1);
  });
});
