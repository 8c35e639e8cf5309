/** A packed package: where it is, how many files it holds, and its length. */
export interface Packed {
  readonly tarball: string;
  readonly files: number;
  readonly octets: number;
}

/**
 * Builds and packs this project into `destination`.
 *
 * @throws {Error} with what npm said
 */
export function pack(destination: string): Packed;

/**
 * Installs `tarball` into `folder` without a registry: its dependencies are copied from this project.
 *
 * @throws {Error} with what tar said
 */
export function installFromProject(tarball: string, folder: string): void;

/** Beside an installed package: those of its optional peers that this project has. */
export function installPeers(folder: string): void;
