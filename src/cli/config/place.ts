import { came } from '../../wamp/given.js';

/** Where a value came from, in words to begin a message with: `house.json: realms.realm1.auth`, `--port`. */
export type Origin = (path: readonly string[]) => string;

/** Where a secret that is not in the file itself is looked for. */
export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** @throws whatever reading a file throws */
  readonly readFile: (path: string) => string;
}

/** One place in what was configured: its path, and where to say what is wrong with it. */
export class Place {
  readonly path: readonly string[];
  readonly secrets: SecretSources;
  readonly #origin: Origin;
  readonly #problems: string[];
  readonly #isHidden: boolean;

  constructor(
    origin: Origin,
    problems: string[],
    secrets: SecretSources,
    path: readonly string[] = [],
    isHidden = false,
  ) {
    this.path = path;
    this.secrets = secrets;
    this.#origin = origin;
    this.#problems = problems;
    this.#isHidden = isHidden;
  }

  /** The place of what stands there under `key`. */
  at(key: string): Place {
    return new Place(this.#origin, this.#problems, this.secrets, [...this.path, key], this.#isHidden);
  }

  /** The same place, where a secret may stand: what came is told by its kind only, here and further in. */
  get hidden(): Place {
    return new Place(this.#origin, this.#problems, this.secrets, this.path, true);
  }

  /** Notes what is wrong here. */
  problem(text: string): undefined {
    this.#problems.push(`${this.#origin(this.path)}: ${text}`);
    return undefined;
  }

  /** Notes that something else was expected. */
  refuse(expected: string, value: unknown, hint = ''): undefined {
    return this.problem(`expected ${expected}, received ${this.#isHidden ? kindOf(value) : came(value)}${hint}`);
  }
}

/** What came, where it may be a secret. */
function kindOf(value: unknown): string {
  if (value === null || typeof value === 'boolean' || value === '') return came(value);
  if (typeof value === 'object') return came(value);
  return `a ${typeof value}`;
}

/** `realms.realm1.auth.users.joe`; a key that holds something else than a name stands in brackets. */
export function pathText(path: readonly string[]): string {
  return path
    .map((key, at) => (/^[\w-]+$/.test(key) ? `${at === 0 ? '' : '.'}${key}` : `[${JSON.stringify(key)}]`))
    .join('');
}
