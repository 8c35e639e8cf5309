import type { FailedLogins } from '../src/auth/failed-logins.js';
import { type Logger, SILENT } from '../src/logger.js';
import type { Reached } from '../src/routing/limits.js';
import type { Dict, Message, Uri } from '../src/wamp/message.js';
import { checkUri, MAX_URI_LENGTH } from '../src/wamp/uri.js';
import * as ADVANCED_ERROR from '../src/wamp/uris/advanced-error.js';
import * as ERROR from '../src/wamp/uris/error.js';
import type { Accepted, Admission, Challenged, Refused } from './admission.js';
import type { AuthenticatedPrincipal } from './authentication.js';
import { type OpenRealms, type Realm, ROUTER_ROLES } from './realm.js';

/** What this router calls itself in WELCOME. */
const AGENT = 'respell';

/**
 * Lets clients into the open realms of a router. Realms are not made on demand: a name that was mistyped would else
 * be a realm of its own, where nobody answers.
 *
 * @param facts `reached` hears of the limits that are reached before it is known which realm is meant; without `logins` they may fail
 *   as often as they like
 */
export function admissionTo(
  open: OpenRealms,
  facts: { readonly reached?: Reached; readonly logins?: FailedLogins | undefined; readonly logger?: Logger } = {},
): Admission {
  const { reached = () => {}, logins, logger = SILENT } = facts;
  const noteFailure = (realm: Realm, address: string) => {
    if (logins === undefined || logins.wait(address) === 0) return;
    logger.warn(
      { realm: realm.name, address },
      'too many logins from this address have failed: for now no more is heard from there',
    );
  };

  return {
    async admit(hello, address, channel) {
      const problem = checkUri(hello.realm);
      if (hello.realm.length > MAX_URI_LENGTH) reached('uriLength');
      if (problem !== undefined) return refused(ERROR.invalidUri, `the name of the realm ${problem}`);
      const realm = open.get(hello.realm);
      if (realm === undefined) return refused(ERROR.noSuchRealm, `there is no realm ${hello.realm} on this router`);
      const wait = logins?.wait(address) ?? 0;
      if (wait > 0 && realm.takesProofOf(hello.details)) return unheard(realm, wait);
      const session = idOfNobody(realm);
      const verdict = await realm.judge(hello, session, channel);
      if ('refused' in verdict) {
        if (verdict.refused === ADVANCED_ERROR.authenticationDenied) {
          logins?.failed(address);
          noteFailure(realm, address);
        }
        return refused(verdict.refused, verdict.message);
      }
      if ('accepted' in verdict) return accepted(realm, session, hello, { principal: verdict.accepted });
      const { challenge } = verdict;
      return {
        verdict: 'challenge',
        authmethod: challenge.authmethod,
        extra: challenge.extra,
        verify: async (answer) => {
          const verify = () => challenge.verify(answer);
          const isRight = await (logins === undefined ? verify() : logins.verify(address, verify));
          if (isRight === 'unheard') return unheard(realm, logins?.wait(address) ?? 0);
          if (!isRight) {
            noteFailure(realm, address);
            // The same for a user who is not there: who asks is not told which.
            return refused(ADVANCED_ERROR.authenticationDenied, 'the credentials are wrong');
          }
          return accepted(realm, session, hello, {
            // Only now: it may be the answer that says who it is.
            principal: verdict.principal,
            authextra: both(verdict.authextra, challenge.welcome?.()),
          });
        },
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

/** Nothing is looked at, so nothing is told: neither of the user nor of what it would have proved itself with. */
function unheard(realm: Realm, wait: number): Refused {
  realm.reached('failedLogins');
  const message = `too many logins from this address have failed: try again in ${Math.ceil(wait / 1_000)} s`;
  return refused(ADVANCED_ERROR.authenticationFailed, message);
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
