/**
 * `npm run soak -- [--transport websocket|rawsocket|both] [--sessions N] [--rate N] [--seconds N] [--json FILE]`: puts the
 * embedded router, in a process of its own, under load, and says what came of it. Exit code: 0 all as it has to be; 1 not;
 * 2 usage. It takes two minutes or so.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { SoakTransport } from './framing.js';
import { churn, idle, ledger, sleeper, warmUp } from './phases.js';
import { faults, report, type Soaked } from './report.js';
import { SoakedRouter } from './router-process.js';

const TRANSPORTS: Readonly<Record<string, readonly SoakTransport[]>> = {
  both: ['rawsocket', 'websocket'],
  rawsocket: ['rawsocket'],
  websocket: ['websocket'],
};

interface Request {
  readonly transports: readonly SoakTransport[];
  readonly sessions: number;
  readonly rate: number;
  readonly seconds: number;
  readonly json: string | undefined;
}

/** @throws {Error} that says what was expected */
export function requestFrom(args: readonly string[]): Request {
  const { values } = parseArgs({
    args: [...args],
    options: {
      transport: { type: 'string', default: 'both' },
      sessions: { type: 'string', default: '10000' },
      rate: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '60' },
      json: { type: 'string' },
    },
  });
  const count = (name: 'sessions' | 'rate' | 'seconds'): number => {
    if (!/^[1-9]\d{0,5}$/.test(values[name])) {
      throw new Error(`--${name}: expected a whole number from 1 to 999999, received ${values[name]}`);
    }
    return Number(values[name]);
  };
  const transports = TRANSPORTS[values.transport];
  if (transports === undefined) {
    throw new Error(`--transport: expected ${Object.keys(TRANSPORTS).join(', ')}, received ${values.transport}`);
  }
  return { transports, sessions: count('sessions'), rate: count('rate'), seconds: count('seconds'), json: values.json };
}

export async function soak({ transports, sessions, rate, seconds }: Omit<Request, 'json'>): Promise<Soaked> {
  const router = await SoakedRouter.start(transports);
  try {
    await warmUp(router, 1_000);
    return {
      idle: await idle(router, sessions, Math.min(seconds, 10) * 1e3),
      churn: await churn(router, rate, seconds),
      sleeper: await sleeper(router, 10, Math.min(rate, 500), 10),
      ledger: await ledger(router, 10, 10 * seconds * Math.ceil(rate / 100), 10),
    };
  } finally {
    await router.stop();
  }
}

async function main(args: readonly string[]): Promise<number> {
  let request: Request;
  try {
    request = requestFrom(args);
  } catch (error) {
    process.stderr.write(`soak: ${(error as Error).message}\n`);
    return 2;
  }
  const soaked = await soak(request);
  process.stdout.write(report(soaked));
  if (request.json !== undefined) writeFileSync(request.json, `${JSON.stringify(soaked, undefined, 2)}\n`);
  const found = faults(soaked);
  for (const fault of found) process.stdout.write(`FAILED: ${fault}\n`);
  return found.length === 0 ? 0 : 1;
}

if (require.main === module) {
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      process.stderr.write(`soak: ${error.stack}\n`);
      process.exitCode = 1;
    },
  );
}
