import type { AuthMethod, HelloFacts } from '../src/auth/auth-method.js';
import { ProtocolError } from '../src/errors.js';
import type { Dict, Message, Uri } from '../src/wamp/message.js';
import { show } from '../src/wamp/values.js';

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
  const problem =
    problemOfRoles('HELLO', details, CLIENT_ROLES) ??
    problemOf(details, 'agent', 'a string', (value) => typeof value === 'string') ??
    problemOf(details, 'authid', 'a string', (value) => typeof value === 'string') ??
    problemOf(details, 'authextra', 'a dictionary', isDict) ??
    problemOf(
      details,
      'authmethods',
      `a list of at most ${MOST_METHODS} strings`,
      (value) =>
        Array.isArray(value) && value.length <= MOST_METHODS && value.every((method) => typeof method === 'string'),
    );
  return problem === undefined ? undefined : new ProtocolError(problem);
}

/**
 * What is wrong with a WELCOME, beyond what the codec has checked, or `undefined`.
 *
 * @see WAMP Basic Profile, "Router: Role and Feature Announcement"
 */
export function problemOfWelcome({ details }: Message<'WELCOME'>): ProtocolError | undefined {
  const problem = problemOfRoles('WELCOME', details, ROUTER_ROLES);
  return problem === undefined ? undefined : new ProtocolError(problem);
}

/** Unknown roles are let be; of the known ones there must be one, and each must be a dictionary. */
function problemOfRoles(type: 'HELLO' | 'WELCOME', details: Dict, known: readonly string[]): string | undefined {
  const where = `expected ${type}.Details.roles`;
  const unlike = (value: unknown, at = '') => `${where}${at} to be a dictionary, received ${show(value)}`;
  const roles = own(details, 'roles');
  if (!isDict(roles)) return unlike(roles);
  const announced = known.filter((role) => Object.hasOwn(roles, role));
  if (announced.length === 0) return `${where} to hold at least one of ${known.join(', ')}`;
  for (const role of announced) {
    const value = roles[role];
    if (!isDict(value)) return unlike(value, `.${role}`);
    const features = own(value, 'features');
    if (features !== undefined && !isDict(features)) return unlike(features, `.${role}.features`);
  }
  return undefined;
}

/** Checks an entry that may be left out. */
function problemOf(
  details: Dict,
  key: string,
  expected: string,
  holds: (value: unknown) => boolean,
): string | undefined {
  const value = own(details, key);
  if (value === undefined || holds(value)) return undefined;
  return `expected HELLO.Details.${key} to be ${expected}, received ${show(value)}`;
}

function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** Never the prototype's: what comes from elsewhere may lack a key that `Object.prototype` has. */
function own(dict: Dict, key: string): unknown {
  return Object.hasOwn(dict, key) ? dict[key] : undefined;
}
