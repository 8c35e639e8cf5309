import { UsageError } from '../errors.js';
import {
  A_BOOLEAN,
  AN_OBJECT,
  ANYTHING,
  came,
  isText,
  type Kind,
  type Kinds,
  oneOfThese,
  unfit,
} from '../wamp/given.js';
import { checkManyOptions } from '../wamp/many-options.js';
import { checkUri, type UriPattern } from '../wamp/uri.js';
import type { Uri } from '../wamp/values.js';
import { ACTIONS, type Action, DEFAULT_PERMISSIONS, type Permission, Role } from './authorization.js';
import type { Authorizer } from './authorizer.js';

/** One role of a realm. */
export interface RoleOptions {
  /** What its sessions may do. Nothing else is allowed. */
  readonly permissions?: readonly Permission[];
  /**
   * Asked about what no permission names, in place of its being refused: a function, or a procedure of the realm, which is called
   * with the same arguments. What it allows is allowed, the router's own procedures included.
   */
  readonly authorize?: Authorizer | Uri;
}

/** A role, and who is asked about what its permissions do not name. */
export interface RoleInRealm {
  readonly role: Role;
  readonly authorize?: Authorizer | Uri;
}

/** What a realm's options say of roles. */
export interface RolesOptions {
  readonly roles?: Readonly<Record<string, RoleOptions>> | undefined;
  /** The roles that have the permission for `wamp.session.kill` and its kin beside their others. */
  readonly mayKill?: readonly string[] | undefined;
  /** For every role without one of its own. */
  readonly authorize?: Authorizer | Uri | undefined;
}

const KILLS: Permission = { uri: 'wamp.session.kill', match: 'prefix', allow: ['call'] };

const PATTERNS: readonly UriPattern[] = ['exact', 'prefix', 'wildcard'];

const AUTHORIZER: Kind = {
  expected: 'a function, or the URI of a procedure',
  fits: (value) => typeof value === 'function' || (isText(value) && checkUri(value) === undefined),
};

const ROLE: Kinds<RoleOptions> = { permissions: ANYTHING, authorize: AUTHORIZER };

const PERMISSION: Kinds<Permission> = {
  uri: { expected: 'a URI or a pattern of URIs', fits: (value) => typeof value === 'string' },
  match: oneOfThese(...PATTERNS),
  allow: ANYTHING,
  disclose: A_BOOLEAN,
};

/**
 * The roles of one realm by `authrole`. Without any that are given, every role may do what {@link DEFAULT_PERMISSIONS} say.
 */
export class Roles {
  readonly #given: ReadonlyMap<string, RoleInRealm> | undefined;
  readonly #authorize: Authorizer | Uri | undefined;
  readonly #mayKill: ReadonlySet<string>;
  readonly #default = new Map<string, RoleInRealm>();

  /** @throws {UsageError} when an option cannot be meant */
  constructor(realm: string, { roles, mayKill = [], authorize }: RolesOptions) {
    const where = `realm ${realm}`;
    if (authorize !== undefined && !AUTHORIZER.fits(authorize)) throw unfit(where, 'authorize', AUTHORIZER, authorize);
    this.#mayKill = new Set(mayKill);
    this.#authorize = authorize;
    if (roles === undefined) return;
    if (!AN_OBJECT.fits(roles)) throw unfit(where, 'roles', AN_OBJECT, roles);
    const given = Object.entries(roles).map(([name, options]): [string, RoleInRealm] => [
      name,
      roleOf(`${where}, role ${name}`, name, options, { mayKill: this.#mayKill.has(name), authorize }),
    ]);
    if (given.length === 0) throw new UsageError(`${where}: expected at least one of roles, received none`);
    this.#given = new Map(given);
  }

  /** `undefined` when the realm has no such role. */
  of(authrole: string): RoleInRealm | undefined {
    if (this.#given !== undefined) return this.#given.get(authrole);
    let role = this.#default.get(authrole);
    if (role === undefined) {
      role =
        this.#authorize === undefined
          ? { role: new Role(authrole, withKills(DEFAULT_PERMISSIONS, this.#mayKill.has(authrole))) }
          : askedRole(authrole, withKills([], this.#mayKill.has(authrole)), this.#authorize);
      this.#default.set(authrole, role);
    }
    return role;
  }

  /**
   * @param authroles that are given to whom the realm lets in
   * @throws {UsageError} when the realm has no such role
   */
  demand(realm: string, authroles: Iterable<string>): void {
    for (const authrole of authroles) {
      if (this.of(authrole) !== undefined) continue;
      const known = [...(this.#given?.keys() ?? [])].join(', ');
      throw new UsageError(
        `realm ${realm}: the role ${authrole}, which auth gives, is none of roles, which are ${known}: add it; with permissions: [] it may do nothing`,
      );
    }
  }
}

function withKills(permissions: readonly Permission[], mayKill: boolean): readonly Permission[] {
  const isSaid = permissions.some(({ uri, match }) => uri === KILLS.uri && match === KILLS.match);
  return mayKill && !isSaid ? [...permissions, KILLS] : permissions;
}

function askedRole(
  name: string,
  permissions: readonly Permission[],
  authorize: Authorizer | Uri | undefined,
): RoleInRealm {
  const role = new Role(name, permissions, authorize !== undefined);
  return authorize === undefined ? { role } : { role, authorize };
}

function roleOf(
  where: string,
  name: string,
  options: unknown,
  ofRealm: { readonly mayKill: boolean; readonly authorize: Authorizer | Uri | undefined },
): RoleInRealm {
  checkManyOptions<RoleOptions>(where, options, ROLE);
  const { authorize = ofRealm.authorize, permissions = authorize === undefined ? undefined : [] } = options;
  if (!Array.isArray(permissions)) {
    throw unfit(
      where,
      'permissions',
      { expected: 'a list, such as [{ uri: "com.example.", match: "prefix", allow: ["call"] }]' },
      permissions,
    );
  }
  const seen = new Set<string>();
  for (const [at, permission] of permissions.entries()) {
    const here = `${where}, permissions[${at}]`;
    checkPermission(here, permission);
    const { uri, match = 'exact' } = permission as Permission;
    if (seen.has(`${match} ${uri}`)) {
      throw new UsageError(
        `${here}: expected one permission for each pattern, received a second for ${match} "${uri}"`,
      );
    }
    seen.add(`${match} ${uri}`);
  }
  return askedRole(name, withKills(permissions, ofRealm.mayKill), authorize);
}

function checkPermission(where: string, permission: unknown): asserts permission is Permission {
  checkManyOptions<Permission>(where, permission, PERMISSION);
  const { uri, match = 'exact', allow } = permission;
  if (uri === undefined) throw unfit(where, 'uri', PERMISSION.uri, uri);
  const problem = checkUri(uri, { pattern: match });
  if (problem !== undefined) {
    const hint = match === 'exact' ? '; with match: "prefix" or "wildcard" it may have empty components' : '';
    throw new UsageError(`${where}: expected uri to be a URI; ${came(uri)} ${problem}${hint}`);
  }
  if (allow !== 'all' && !(Array.isArray(allow) && allow.every(isAction))) {
    throw unfit(where, 'allow', { expected: `"all", or a list of ${ACTIONS.join(', ')}` }, allow);
  }
}

function isAction(value: unknown): value is Action {
  return isText(value) && (ACTIONS as readonly string[]).includes(value);
}
