/** What scripts may rely on. Ctrl-C ends a command as it was asked to: with `ok`, unless it is pressed twice. */
export const EXIT = {
  ok: 0,
  failed: 1,
  /** A flag, a verb or a configuration cannot be meant. */
  usage: 2,
  /** The port or the socket cannot be had; as EX_UNAVAILABLE of sysexits. */
  unavailable: 69,
  interrupted: 130,
  terminated: 143,
} as const;
