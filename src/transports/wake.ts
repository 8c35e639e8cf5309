/** What tells a page that its network, or it itself, was away. `visibilitychange` is the document's, and bubbles up to the window. */
const SIGNS = ['online', 'offline', 'pageshow', 'visibilitychange'] as const;

/**
 * Calls `woke` when a page comes back to the front, or its network has come or gone. Where there is no page, nothing is ever heard.
 *
 * @returns what ends it
 */
export function onWake(woke: () => void): () => void {
  if (typeof addEventListener !== 'function') return () => {};
  for (const sign of SIGNS) addEventListener(sign, woke);
  return () => {
    for (const sign of SIGNS) removeEventListener(sign, woke);
  };
}
