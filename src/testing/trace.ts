/** Deep enough for the line of whoever sets a timer by hand. It is only made into text when somebody asks. */
const DEPTH = 6;

/** Where the program is now. */
export function traced(depth: number = DEPTH): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = depth;
  const trace = new Error('traced');
  Error.stackTraceLimit = stackTraceLimit;
  return trace;
}

/** Of packages, and of Node itself. */
const OTHERS = /[\\/]node_modules[\\/]|\(?node:/;
/** The folders of the library's own files, wherever they are. */
const OWN = ['src', 'supervisors', 'actors'].map((folder) => `${rootOf(traced())}${folder}/`);
/** What only traces. */
const TRACING = /(?:trace|virtual-clock|leaks)\.[jt]s/;

const isOwn = (line: string): boolean => OWN.some((folder) => line.replaceAll('\\', '/').includes(folder));

/** Who is behind a trace, as its lines have it: `poll (app/poll.ts:12:5)`. The user, or else the library, or else anybody. */
export function ownerOf(trace: Error): string {
  const lines = linesOf(trace);
  return (
    lines.find((line) => !isOwn(line) && !OTHERS.test(line)) ?? lines.find(isOwn) ?? lines[0] ?? 'somebody unknown'
  );
}

/** Whether neither the user nor this library has to do with it: it is a test runner's, say. */
export function isOnlyOthers(trace: Error): boolean {
  return !linesOf(trace).some((line) => isOwn(line) || !OTHERS.test(line));
}

function linesOf(trace: Error): string[] {
  return (trace.stack ?? '')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().replace(/^at /, ''))
    .filter((line) => !TRACING.test(line) && !line.endsWith('<anonymous>'));
}

function rootOf(trace: Error): string {
  const file = /((?:file:\/\/)?[^()\s]*[\\/]trace\.[jt]s)/.exec(trace.stack ?? '')?.[1] ?? '';
  return file.replaceAll('\\', '/').replace(/src\/testing\/trace\.[jt]s$/, '');
}
