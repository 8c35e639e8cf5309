/** What a command was given makes no sense. One line for a person; the command then exits with 2. */
export class Usage extends Error {}

/** Where a command writes. */
export interface Console {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** @returns the exit code: 0 if all is as it should be, 1 if not. @throws {Usage} */
export type Verb = (args: readonly string[], console: Console) => Promise<number>;
