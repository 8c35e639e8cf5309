import { ConnectionLost, PeerDown } from '../../src/errors.js';
import { peerDown, reasonText } from '../../src/peer/down.js';

const lost = new ConnectionLost('the line is cut', { mayHaveExecuted: false });

test.each([
  ['connecting', undefined, "is connecting; leave out whenDown: 'fail' to wait for its session"],
  ['down', lost, "is down: the line is cut; leave out whenDown: 'fail' to wait for its session"],
  ['leaving', undefined, 'is leaving; connect again for more'],
  [
    'parked',
    lost,
    'is parked: the line is cut; once that is mended, restartChild("a") brings it back, or, if connect(…) made it, connect again',
  ],
  ['stopped', 'normal', 'has left; connect again for more'],
  ['stopped', 'shutdown', 'was stopped; restartChild("a") brings it back, or start(…) a new tree if its own has ended'],
  [
    'stopped',
    lost,
    'is stopped: the line is cut; restartChild("a") brings it back, or, if connect(…) made it, connect again',
  ],
] as const)('of a peer that is %s (%s) it says what to do', (standing, why, sentence) => {
  const error = peerDown('call of com.example.add', 'a', standing, why);
  expect(error).toBeInstanceOf(PeerDown);
  expect(error.message).toBe(`call of com.example.add: peer "a" ${sentence}`);
  expect(error.cause).toBe(why);
});

test.each([
  [lost, 'the line is cut'],
  ['normal', 'normal'],
  [{ shutdown: 'moved' }, 'shutdown: moved'],
  [{ mine: 5 }, '{"mine":5}'],
])('an end for %p is told within a sentence', (why, text) => {
  expect(reasonText(why)).toBe(text);
});
