import { UsageError } from '../../errors.js';
import type { Logger } from '../../logger.js';
import type { RouterOptions } from '../../router/options.js';
import { type Router, router } from '../../router/router.js';
import { aborted } from '../interrupt.js';

/** Where text goes: a stream of the process. */
export interface Output {
  write(text: string): unknown;
}

export interface ServeOptions {
  readonly options: RouterOptions;
  readonly logger: Logger;
  /** One JSON object a line on stdout, in place of sentences. */
  readonly json: boolean;
  /** Ends the router in good order. */
  readonly signal: AbortSignal;
  /** Has its argument called when certificates are to be read anew. @returns what ends that */
  readonly onRenewal?: (renew: () => void) => () => void;
  readonly stdout: Output;
  readonly stderr: Output;
  /** The file that was read, to name it where the router finds a fault in what stands there. */
  readonly file: string | undefined;
}

/**
 * Runs a router until it is asked to end: it lets calls in flight be answered, as long as `drain` says, says GOODBYE
 * `wamp.close.system_shutdown` to everybody, and waits for their answers, though not for long.
 *
 * @returns whether it ended as asked to
 * @throws {ConnectError} when the port or the Unix socket cannot be had
 * @throws {UsageError} when an option cannot be meant
 */
export async function serve(wish: ServeOptions): Promise<boolean> {
  const { json, signal, stdout, stderr } = wish;
  const running = await started(wish);
  stdout.write(json ? line({ event: 'listening', ...facts(running, wish.options) }) : sentence(running, wish.options));
  const renewal = wish.onRenewal?.(() => void renewed(running, stderr));
  const failed = running.exited;
  const stopping = aborted(signal);
  await Promise.race([stopping, failed]);
  renewal?.();
  if (!signal.aborted) {
    stderr.write('respell router: it failed, and its log says why; start it again\n');
    await running.stop();
    return false;
  }
  const { sessions, callsInFlight } = running.stats();
  const { drain = 0 } = wish.options;
  const wait =
    drain > 0 && callsInFlight > 0 ? `waiting ${drain / 1e3} s at most for ${many(callsInFlight, 'call')}, then ` : '';
  stderr.write(`respell router: ${wait}saying goodbye to ${many(sessions, 'session')}; once more ends it at once\n`);
  await running.stop();
  if (json) stdout.write(line({ event: 'stopped', goodbyes: sessions }));
  return true;
}

async function renewed(running: Router, stderr: Output): Promise<void> {
  try {
    await running.renewTls();
    stderr.write('respell router: certificates and keys were read anew\n');
  } catch (error) {
    const { message } = error as Error;
    stderr.write(`respell router: certificates and keys stay as they were: ${message}\n`);
  }
}

async function started({ options, logger, file }: ServeOptions): Promise<Router> {
  try {
    return await router({ ...options, logger });
  } catch (error) {
    if (file === undefined || !(error instanceof UsageError)) throw error;
    throw new UsageError(`${file}: ${error.message}`);
  }
}

function many(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function line(object: object): string {
  return `${JSON.stringify(object)}\n`;
}

function facts({ url, urls, metricsUrl }: Router, { realms = {} }: RouterOptions): object {
  return { url, urls, realms: Object.keys(realms), metrics: metricsUrl, pid: process.pid };
}

function sentence({ urls, metricsUrl }: Router, { realms = {}, host }: RouterOptions): string {
  const names = Object.keys(realms);
  const served = names.length === 1 ? `realm ${names[0]}` : `realms ${names.join(', ')}`;
  const metrics = metricsUrl === undefined ? '' : `; metrics on ${metricsUrl}`;
  const others = host === '0.0.0.0' || host === '::' ? ', and at every other address of this machine' : '';
  return `respell router: listening on ${urls.join(', ')}${others}; ${served}${metrics}\n`;
}
