import { nearest } from './nearest.js';
import { OPTIONS, type OptionAdvice, wireName } from './options.js';

/**
 * What is said of an unknown option: the one that was probably meant, or what is written in its place.
 *
 * @returns `unknown option 'timeuot' of CALL: did you mean 'timeout'?`
 */
export const optionAdvice: OptionAdvice = (type, name, known) => {
  const said = `unknown option '${name}' of ${type}`;
  if (name === 'progress' && type === 'CALL')
    return `option 'progress' of CALL is not a user's: it says that more parts of the call are to come, and none would; stream() sends a call in parts, progress() or onProgress takes its result so`;
  if (/^args(list|dict)$/i.test(name))
    return `${said}: args are the second argument, and the rest goes in kwargs: { … }`;
  if (name.startsWith('_'))
    return `${said}: a custom one is "_" and three or more of a-z, 0-9 and "_", such as '_trace'`;
  for (const ours of Object.keys(OPTIONS[type])) if (wireName(ours) === name) return `${said}: it is '${ours}' here`;
  const meant = nearest(name, known);
  if (meant !== undefined) return `${said}: did you mean '${meant}'?`;
  return type === 'CALL' || type === 'PUBLISH'
    ? `${said}: expected one of ${known.join(', ')}, or a custom one that begins with "_"; keyword arguments go in kwargs: { … }`
    : undefined;
};
