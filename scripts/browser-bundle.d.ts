/** Writes the modules of `respell/browser` into `folder`. */
export function bundleForBrowsers(folder: string): Promise<void>;
/** What a program weighs in a page, with everything that it needs, XState included: in octets. */
export function weigh(program: string): Promise<{ minified: number; gzipped: number }>;
/** The figure that is promised: the text of the program, by the folder of the modules, and its limit as gzip sends it. */
export const PROMISE: { readonly limit: number; program(folder: string): string };
