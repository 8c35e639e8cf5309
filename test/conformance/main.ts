/** `npm run conformance -- VERB …`: holds this project against recordings of what it re-creates. */
import { USAGE as FRAMES_USAGE, frames } from './frames/command.js';
import { USAGE as OTP_USAGE, otp } from './otp/command.js';
import { Usage, type Verb } from './usage.js';
import { USAGE as WAMP_USAGE, wamp } from './wamp/command.js';

const VERBS: Readonly<Record<string, { readonly run: Verb; readonly usage: string }>> = {
  otp: { run: otp, usage: OTP_USAGE },
  wamp: { run: wamp, usage: WAMP_USAGE },
  frames: { run: frames, usage: FRAMES_USAGE },
};

/** @returns the exit code */
export async function main(
  args: readonly string[],
  out = (text: string): unknown => process.stdout.write(text),
  err = (text: string): unknown => process.stderr.write(text),
): Promise<number> {
  const [name = '', ...rest] = args;
  try {
    const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
    if (verb === undefined) throw new Usage(`expected ${usage()}; received '${name}'`);
    return await verb.run(rest, { out, err });
  } catch (error) {
    if (!(error instanceof Usage)) throw error;
    err(`conformance: ${error.message}\n`);
    return 2;
  }
}

function usage(): string {
  return Object.values(VERBS)
    .map((verb) => verb.usage)
    .join(' | ');
}

if (require.main === module) {
  void main(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
