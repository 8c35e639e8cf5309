/** Writes the modules of `respell`, as pages have it, into `folder`, and those of `respell/browser` into `core` in it. */
export function bundleForBrowsers(folder: string): Promise<void>;
/** What a program weighs in a page, with everything that it needs, XState included: in octets. */
export function weigh(program: string): Promise<{ minified: number; gzipped: number }>;
/** What is promised of each entry: the text of the program, by the folder of the modules, and its limit as gzip sends it. */
export const PROMISES: readonly { readonly what: string; readonly limit: number; program(folder: string): string }[];
