import type { Node } from 'typescript';

/** Those of `names` that nobody outside of a bundle of `files` sees. `because` is told why a name stays, and where that was seen. */
export function privateNames(bundle: {
  readonly entry: string;
  readonly beside?: (file: string) => boolean;
  readonly files: readonly string[];
  readonly names: Iterable<string>;
  readonly because?: (name: string, why: string, where: Node) => void;
}): string[];
