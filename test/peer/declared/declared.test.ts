import { procedure, topic } from '../../../src/peer/declared/declare.js';
import { noSeals } from '../../../src/peer/seals.js';
import { NO_PASSTHRU } from '../../../src/roles/no-passthru.js';
import type { Request } from '../../../src/roles/request.js';
import { recorded } from '../../roles/recorded.js';

const PARTS = { sealing: noSeals(NO_PASSTHRU), guard: undefined };

describe.each([
  ['a procedure', () => procedure('com.example.add', () => 5, {}, PARTS), [65, 1, 77], [66, 2, 77]],
  ['a topic', () => topic('com.example.add', () => {}, {}, PARTS), [33, 1, 77], [34, 2, 77]],
] as const)('%s', (_title, make, accepted, withdrawn) => {
  it('is active once the router has it, and withdrawn by its id there', () => {
    const { roles, sent, receive } = recorded();
    const entry = make();
    roles.requests.send(entry.request() as Request);
    expect(entry.active).toBe(false);
    receive(accepted);
    expect(entry.active).toBe(true);
    const request = entry.withdraw(roles);
    expect(entry.active).toBe(false);
    roles.requests.send(request as Request);
    expect(sent.at(-1)).toEqual(withdrawn);
    expect(entry.withdraw(roles)).toBeUndefined();
  });

  it('forgets what was of its session only', () => {
    const { roles, receive } = recorded();
    const entry = make();
    roles.requests.send(entry.request() as Request);
    receive(accepted);
    entry.refused = new Error('refused');
    entry.retries = 3;
    entry.forget();
    expect(entry).toMatchObject({ active: false, refused: undefined, retries: 0, pending: undefined });
  });
});
