/**
 * Cases whose expectation is held to be wrong by the standard, with the sentence of the standard that says so. They count as
 * skipped.
 */
export const REFUSED: Readonly<Record<string, string>> = {};
