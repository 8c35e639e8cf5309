import type { Reached } from '../src/routing/limits.js';
import type { Dict, Message, Uri } from '../src/wamp/message.js';
import { ADVANCED_ERROR, ERROR } from '../src/wamp/predefined-uris.js';
import { checkUri, MAX_URI_LENGTH } from '../src/wamp/uri.js';
import type { Accepted, Admission, Challenged, Refused } from './admission.js';
import type { AuthenticatedPrincipal } from './authentication.js';
import { type OpenRealms, type Realm, ROUTER_ROLES } from './realm.js';

/** What this router calls itself in WELCOME. */
const AGENT = 'respell';

/**
 * Lets clients into the open realms of a router. Realms are not made on demand: a name that was mistyped would else
 * be a realm of its own, where nobody answers.
 *
 * @param reached hears of the limits that are reached before it is known which realm is meant
 */
export function admissionTo(open: OpenRealms, reached: Reached = () => {}): Admission {
  return {
    async admit(hello, _address, channel) {
      const problem = checkUri(hello.realm);
      if (hello.realm.length > MAX_URI_LENGTH) reached('uriLength');
      if (problem !== undefined) return refused(ERROR.invalidUri, `the name of the realm ${problem}`);
      const realm = open.get(hello.realm);
      if (realm === undefined) return refused(ERROR.noSuchRealm, `there is no realm ${hello.realm} on this router`);
      const session = idOfNobody(realm);
      const verdict = await realm.judge(hello, session, channel);
      if ('refused' in verdict) return refused(verdict.refused, verdict.message);
      if ('accepted' in verdict) return accepted(realm, session, hello, { principal: verdict.accepted });
      const { challenge } = verdict;
      return {
        verdict: 'challenge',
        authmethod: challenge.authmethod,
        extra: challenge.extra,
        verify: async (answer) =>
          (await challenge.verify(answer))
            ? accepted(realm, session, hello, {
                // Only now: it may be the answer that says who it is.
                principal: verdict.principal,
                authextra: both(verdict.authextra, challenge.welcome?.()),
              })
            : // The same for a user who is not there: who asks is not told which.
              refused(ADVANCED_ERROR.authenticationDenied, 'the credentials are wrong'),
      } satisfies Challenged;
    },
  };
}

function accepted(
  realm: Realm,
  session: number,
  { details }: Message<'HELLO'>,
  { principal, authextra }: { principal: AuthenticatedPrincipal; authextra?: Dict | undefined },
): Accepted | Refused {
  if (!realm.hasRole(principal.authrole)) {
    return refused(ERROR.noSuchRole, `realm ${realm.name} has no role ${principal.authrole}`);
  }
  // Others may have joined while this one proved itself.
  const full = realm.refusal();
  if (full !== undefined) return refused(full.refused, full.message);
  return {
    verdict: 'accept',
    session,
    details: { realm: realm.name, ...principal, ...(authextra && { authextra }), agent: AGENT, roles: ROUTER_ROLES },
    open: (link) => ({
      table: realm.join({ session, principal, details, link }),
      left: () => realm.leave(session),
    }),
  };
}

/** The router's own proof is not to be lost. */
function both(told: Dict | undefined, proof: Dict | undefined): Dict | undefined {
  return told === undefined ? proof : { ...told, ...proof };
}

function refused(reason: Uri, message: string): Refused {
  return { verdict: 'refuse', reason, message };
}

/** Two sessions of a realm never share an id, however unlikely that was. */
function idOfNobody(realm: Realm): number {
  let session = realm.ids();
  while (realm.sessions.has(session)) session = realm.ids();
  return session;
}
