/**
 * What user code threw, as an `Error`: whoever logs it may rely on a message and a stack.
 *
 * @param who what threw it, to begin the message with: `the endpoint`
 */
export function asError(thrown: unknown, who: string): Error {
  try {
    if (thrown instanceof Error) return thrown;
    return new Error(`${who} threw what is no Error: ${String(thrown)}`, { cause: thrown });
  } catch {
    return new Error(`${who} threw what cannot be shown`);
  }
}
