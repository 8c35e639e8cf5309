import { oneRouter } from '../../../src/peer/routers/one-router.js';

const connector = { address: 'a', open: () => Promise.reject(new Error('closed')) };

describe('a round with one router', () => {
  it('stays with it, and ends as it ends', () => {
    const round = oneRouter(connector);
    round.begin();
    round.welcome();
    expect(round).toMatchObject({ present: connector, hasNext: false });
    const why = new Error('refused');
    expect(round.outcome(why)).toBe(why);
    round.passOver(why);
    expect(round.present).toBe(connector);
  });
});
