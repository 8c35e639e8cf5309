import { ApplicationError } from '../errors.js';
import { checkUri } from '../wamp/uri.js';
import * as ADVANCED_ERROR from '../wamp/uris/advanced-error.js';
import * as CLOSE from '../wamp/uris/close.js';
import * as ERROR from '../wamp/uris/error.js';
import { type Dict, type Id, id, type List, listOf, string, type Uri } from '../wamp/values.js';
import type { RouterPeer } from './router-peer.js';
import { argumentAt, maybeAt, maybeIn, type RouterProcedure } from './router-procedure.js';

/** A session as the realm tells of it, and ends it. */
export interface MetaSession extends RouterPeer {
  readonly authmethod: string;
  readonly authprovider: string;
  /** Where it connects from. */
  readonly address: string;
  /** Ends the session with GOODBYE. It leaves before this returns. */
  goodbye(reason: Uri, message?: string): void;
}

const authroles = listOf(string);

/**
 * What is told of a session to all others: nothing that it proved itself with.
 *
 * @see WAMP Advanced Profile, "Session Meta API", `wamp.session.on_join`
 */
export function sessionDetails(of: MetaSession): Dict {
  const { session, authid, authrole, authmethod, authprovider, address } = of;
  return { session, authid, authrole, authmethod, authprovider, transport: { peer: address } };
}

/**
 * The procedures that tell of sessions, and end them.
 *
 * @param killAll ends sessions without that anybody is told of it
 * @see WAMP Advanced Profile, "Session Meta API"
 */
export function sessionProcedures(
  sessions: ReadonlyMap<Id, MetaSession>,
  killAll: (kill: () => void) => void,
): readonly (readonly [Uri, RouterProcedure])[] {
  const those = (args: List): MetaSession[] => {
    const roles = maybeAt(args, 0, authroles);
    const all = [...sessions.values()];
    return roles === undefined ? all : all.filter(({ authrole }) => roles.includes(authrole));
  };
  const noSuch = (wanted: Id) =>
    new ApplicationError(ADVANCED_ERROR.noSuchSession, [`there is no other session ${wanted} in this realm`]);
  const others = (caller: RouterPeer, which: (session: MetaSession) => boolean): MetaSession[] =>
    [...sessions.values()].filter((each) => each.session !== caller.session && which(each));

  return [
    ['wamp.session.count', (_, args) => ({ args: [those(args).length] })],
    ['wamp.session.list', (_, args) => ({ args: [those(args).map(({ session }) => session)] })],
    [
      'wamp.session.get',
      (_, args) => {
        const wanted = argumentAt(args, 0, id);
        const session = sessions.get(wanted);
        if (session === undefined) {
          throw new ApplicationError(ADVANCED_ERROR.noSuchSession, [`there is no session ${wanted} in this realm`]);
        }
        return { args: [sessionDetails(session)] };
      },
    ],
    [
      'wamp.session.kill',
      (caller, args, kwargs) => {
        const wanted = argumentAt(args, 0, id);
        const farewell = farewellOf(kwargs);
        const session = sessions.get(wanted);
        if (session === undefined || wanted === caller.session) throw noSuch(wanted);
        session.goodbye(...farewell);
        return {};
      },
    ],
    [
      'wamp.session.kill_by_authid',
      (caller, args, kwargs) => {
        const wanted = argumentAt(args, 0, string);
        const farewell = farewellOf(kwargs);
        const killed = others(caller, ({ authid }) => authid === wanted);
        for (const session of killed) session.goodbye(...farewell);
        return { args: [killed.map(({ session }) => session)] };
      },
    ],
    [
      'wamp.session.kill_by_authrole',
      (caller, args, kwargs) => {
        const wanted = argumentAt(args, 0, string);
        const farewell = farewellOf(kwargs);
        const killed = others(caller, ({ authrole }) => authrole === wanted);
        for (const session of killed) session.goodbye(...farewell);
        return { args: [killed.length] };
      },
    ],
    [
      'wamp.session.kill_all',
      (caller, _, kwargs) => {
        const farewell = farewellOf(kwargs);
        const killed = others(caller, () => true);
        killAll(() => {
          for (const session of killed) session.goodbye(...farewell);
        });
        return { args: [killed.length] };
      },
    ],
  ];
}

/** What the sessions that are ended are told. */
function farewellOf(kwargs: Dict): [reason: Uri, message?: string] {
  const reason = maybeIn(kwargs, 'reason', string) ?? CLOSE.killed;
  const problem = checkUri(reason);
  if (problem !== undefined) throw new ApplicationError(ERROR.invalidUri, [`kwargs.reason: the URI ${problem}`]);
  const message = maybeIn(kwargs, 'message', string);
  return message === undefined ? [reason] : [reason, message];
}
