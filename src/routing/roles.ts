import { UsageError } from '../errors.js';
import {
  A_BOOLEAN,
  AN_OBJECT,
  ANYTHING,
  came,
  checkOptions,
  isText,
  type Kinds,
  oneOfThese,
  unfit,
} from '../wamp/given.js';
import { checkUri, type UriPattern } from '../wamp/uri.js';
import { ACTIONS, type Action, DEFAULT_PERMISSIONS, type Permission, Role } from './authorization.js';

/** One role of a realm. */
export interface RoleOptions {
  /** What its sessions may do. Nothing else is allowed. */
  readonly permissions?: readonly Permission[];
}

/** What a realm's options say of roles. */
export interface RolesOptions {
  readonly roles?: Readonly<Record<string, RoleOptions>> | undefined;
  /** The roles that have the permission for `wamp.session.kill` and its kin beside their others. */
  readonly mayKill?: readonly string[] | undefined;
}

const KILLS: Permission = { uri: 'wamp.session.kill', match: 'prefix', allow: ['call'] };

const PATTERNS: readonly UriPattern[] = ['exact', 'prefix', 'wildcard'];

const ROLE: Kinds<RoleOptions> = { permissions: ANYTHING };

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
  readonly #given: ReadonlyMap<string, Role> | undefined;
  readonly #mayKill: ReadonlySet<string>;
  readonly #default = new Map<string, Role>();

  /** @throws {UsageError} when an option cannot be meant */
  constructor(realm: string, { roles, mayKill = [] }: RolesOptions) {
    this.#mayKill = new Set(mayKill);
    if (roles === undefined) return;
    const where = `realm ${realm}`;
    if (!AN_OBJECT.fits(roles)) throw unfit(where, 'roles', AN_OBJECT, roles);
    const given = Object.entries(roles).map(([name, options]): [string, Role] => [
      name,
      roleOf(`${where}, role ${name}`, name, options, this.#mayKill.has(name)),
    ]);
    if (given.length === 0) throw new UsageError(`${where}: expected at least one of roles, received none`);
    this.#given = new Map(given);
  }

  /** `undefined` when the realm has no such role. */
  of(authrole: string): Role | undefined {
    if (this.#given !== undefined) return this.#given.get(authrole);
    let role = this.#default.get(authrole);
    if (role === undefined) {
      role = new Role(authrole, withKills(DEFAULT_PERMISSIONS, this.#mayKill.has(authrole)));
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

function roleOf(where: string, name: string, options: unknown, mayKill: boolean): Role {
  checkOptions<RoleOptions>(where, options, ROLE);
  const { permissions } = options;
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
  return new Role(name, withKills(permissions, mayKill));
}

function checkPermission(where: string, permission: unknown): asserts permission is Permission {
  checkOptions<Permission>(where, permission, PERMISSION);
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
