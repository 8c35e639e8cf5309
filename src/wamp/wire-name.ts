/** The standard's name of an option that has ours in the table: `exclude_me` for `excludeMe`. */
export function wireName(ours: string): string {
  // With it a router that keeps the limit lets as many wait as the callee would; the standard has none.
  if (ours === 'queueLimit') return '_queue_limit';
  return ours.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
