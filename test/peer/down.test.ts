import { ConnectionLost, PeerDown } from '../../src/errors.js';
import { endOf, peerDown, reasonText } from '../../src/peer/down.js';

const lost = new ConnectionLost('the line is cut', { mayHaveExecuted: false });

test.each([
  ['connecting', undefined, "is connecting; leave out whenDown: 'fail' to wait"],
  ['down', lost, "is down: the line is cut; leave out whenDown: 'fail' to wait"],
  ['leaving', undefined, 'is leaving; connect() again'],
  ['parked', lost, 'is parked: the line is cut; restartChild("a"), connect() or start() again'],
  ['stopped', 'normal', 'has left; connect() again'],
  ['stopped', 'shutdown', 'is stopped: shutdown; restartChild("a"), connect() or start() again'],
  ['stopped', lost, 'is stopped: the line is cut; restartChild("a"), connect() or start() again'],
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

test('an end that is no error becomes one that names the peer', () => {
  expect(endOf('a', lost)).toBe(lost);
  expect(endOf('a', 'normal')).toEqual(new PeerDown('peer "a" ended: normal'));
});
