import { inWords } from './coded-error.js';

/**
 * Why an actor ended: `'normal'`, `'shutdown'`, `{ shutdown: why }`, `'killed'`, or anything else, which is abnormal;
 * most often an `Error`.
 *
 * @see OTP Design Principles, "Supervisor Behaviour": "Restart Type"
 */
export type ExitReason = unknown;

const EXIT = Symbol.for('respell.exit');

/**
 * The output of an actor that has ended with a reason. A machine reaches a final state and returns one from `output`:
 * an abnormal end is then an ordinary state that an inspector can show, never a throw.
 */
export interface Exit {
  readonly [EXIT]: true;
  readonly reason: ExitReason;
}

/**
 * Makes the output by which an actor ends with a reason, so that its supervisor acts on that.
 *
 * @example `output: ({ context }) => exit(context.error)`
 */
export function exit(reason: ExitReason): Exit {
  return { [EXIT]: true, reason };
}

/** Tells what {@link exit} has made from any other output of an actor. */
export function isExit(value: unknown): value is Exit {
  return typeof value === 'object' && value !== null && EXIT in value;
}

/** Whether a transient child that ended so stays down: `normal`, `shutdown` and `{ shutdown: why }`. */
export function isNormal(reason: ExitReason): boolean {
  return reason === 'normal' || reason === 'shutdown' || isShutdown(reason);
}

/** One line for a person: an error's name and message, or the reason itself. */
export function describeExit(reason: ExitReason): string {
  if (reason instanceof Error) return reason.message === '' ? reason.name : `${reason.name}: ${reason.message}`;
  return isShutdown(reason) ? `shutdown: ${describeExit(reason.shutdown)}` : inWords(reason);
}

function isShutdown(reason: ExitReason): reason is { readonly shutdown: unknown } {
  return typeof reason === 'object' && reason !== null && !(reason instanceof Error) && 'shutdown' in reason;
}
