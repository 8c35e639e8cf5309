import { optionAdvice } from '../../src/wamp/option-advice.js';
import { OPTIONS, type OptionsType } from '../../src/wamp/options.js';

const said = (type: OptionsType, name: string) => optionAdvice(type, name, [...Object.keys(OPTIONS[type]), 'signal']);

describe('optionAdvice', () => {
  test.each([
    ['PUBLISH', 'exclude_me', "unknown option 'exclude_me' of PUBLISH: it is 'excludeMe' here"],
    ['PUBLISH', 'acknowlege', "unknown option 'acknowlege' of PUBLISH: did you mean 'acknowledge'?"],
    ['CALL', 'timeuot', "unknown option 'timeuot' of CALL: did you mean 'timeout'?"],
    ['CALL', 'singal', "unknown option 'singal' of CALL: did you mean 'signal'?"],
    ['CALL', '_x', "unknown option '_x' of CALL: a custom one is"],
    ['CALL', '_Trace', "unknown option '_Trace' of CALL: a custom one is"],
    ['CALL', '__proto__', "unknown option '__proto__' of CALL: a custom one is"],
    ['CALL', 'progress', "option 'progress' of CALL is not a user's: it says that more parts of the call are to come"],
    ['CALL', 'argsList', "unknown option 'argsList' of CALL: args are the second argument"],
    [
      'CALL',
      'volume',
      `unknown option 'volume' of CALL: expected one of timeout, receiveProgress, discloseMe, signal, or a custom one that begins with "_"; keyword arguments go in kwargs: { … }`,
    ],
  ] as const)('of %s with %s: %s', (type, name, sentence) => {
    expect(said(type, name)).toContain(sentence);
  });

  it('has nothing to add where no name is near and the message has no keyword arguments', () => {
    expect(said('SUBSCRIBE', 'volume')).toBeUndefined();
  });
});
