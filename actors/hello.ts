import type { AuthMethod, HelloFacts } from '../src/auth/auth-method.js';
import { ProtocolError } from '../src/errors.js';
import type { Dict, Message, Uri } from '../src/wamp/message.js';
import { dict, listOf, type Parse, string } from '../src/wamp/values.js';

const CLIENT_ROLES = ['publisher', 'subscriber', 'caller', 'callee'];
const ROUTER_ROLES = ['broker', 'dealer'];

/** More methods than this are no offer but a flood. */
const MOST_METHODS = 32;

/** What the methods add to HELLO. User code runs in it (`AuthMethod.hello`), so it may reject with anything. */
export async function authextraOf(auth: readonly AuthMethod[], facts: HelloFacts): Promise<Dict> {
  const extras = await Promise.all(auth.map(async (method) => (await method.hello?.(facts)) ?? {}));
  return Object.fromEntries(extras.flatMap((extra) => Object.entries(extra)));
}

/** What a client says first. */
export function hello(facts: {
  realm: Uri;
  details: Dict;
  authid: string | undefined;
  auth: readonly AuthMethod[];
  authextra: Dict;
}): Message<'HELLO'> {
  const { realm, details, authid, auth, authextra } = facts;
  return {
    type: 'HELLO',
    realm,
    details: {
      ...details,
      ...(auth.length > 0 && { authmethods: auth.map((method) => method.name) }),
      ...(authid !== undefined && { authid }),
      ...(Object.keys(authextra).length > 0 && { authextra }),
    },
  };
}

/**
 * What is wrong with a HELLO, beyond what the codec has checked, or `undefined`. Whether its realm exists is not
 * asked here.
 *
 * @see WAMP Basic Profile, "Client: Role and Feature Announcement"
 */
export function problemOfHello({ details }: Message<'HELLO'>): ProtocolError | undefined {
  return problemOf('HELLO', details, CLIENT_ROLES, {
    agent: string,
    authid: string,
    authextra: dict,
    authmethods: (value) => {
      if (listOf(string)(value).length > MOST_METHODS)
        throw new Error(`expected at most ${MOST_METHODS}, received more`);
    },
  });
}

/**
 * What is wrong with a WELCOME, beyond what the codec has checked, or `undefined`.
 *
 * @see WAMP Basic Profile, "Router: Role and Feature Announcement"
 */
export function problemOfWelcome({ details }: Message<'WELCOME'>): ProtocolError | undefined {
  return problemOf('WELCOME', details, ROUTER_ROLES);
}

/**
 * Unknown roles are let be; of the known ones there must be one, and each must be a dictionary.
 *
 * @param others what else may stand there
 */
function problemOf(
  type: 'HELLO' | 'WELCOME',
  details: Dict,
  known: readonly string[],
  others: Readonly<Record<string, Parse<unknown>>> = {},
): ProtocolError | undefined {
  let at = 'roles';
  try {
    const roles = dict(own(details, at));
    const announced = known.filter((role) => Object.hasOwn(roles, role));
    if (announced.length === 0) throw new Error(`expected at least one of ${known.join(', ')}`);
    for (const role of announced) {
      at = `roles.${role}`;
      const features = own(dict(roles[role]), 'features');
      at += '.features';
      if (features !== undefined) dict(features);
    }
    for (at in others) {
      const value = own(details, at);
      if (value !== undefined) others[at]?.(value);
    }
    return undefined;
  } catch (error) {
    return new ProtocolError(`${type}.Details.${at}: ${(error as Error).message}`);
  }
}

/** Never the prototype's: what comes from elsewhere may lack a key that `Object.prototype` has. */
function own(from: Dict, key: string): unknown {
  return Object.hasOwn(from, key) ? from[key] : undefined;
}
