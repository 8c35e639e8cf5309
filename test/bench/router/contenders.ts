/** The routers that are measured, each in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { startNexus } from '../../support/routers/nexus.js';
import { ROOT } from '../../support/source-files.js';
import { ProgramFailed } from '../child-process.js';
import type { Ports } from '../load/load-session.js';

/** A router while it runs. */
export interface Running {
  readonly ports: Ports;
  readonly pid: number;
  stop(): Promise<void>;
}

/** The embedded router of a checkout of this project, which is this one by default. */
export async function startEmbedded(folder: string = ROOT): Promise<Running> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const runner = ['--disable-warning=DEP0180', '--require', 'ts-node/register'];
  const child = spawn(process.execPath, [...runner, `${__dirname}/router-program.ts`, folder], {
    cwd: folder,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended(child).then((code) => {
      throw new ProgramFailed(`the router of ${folder} ended with ${code}`);
    }),
  ]);
  const port = Number(line);
  return {
    ports: { websocket: port, rawsocket: port },
    pid: child.pid as number,
    async stop() {
      const end = ended(child);
      child.stdin.end();
      await end;
    },
  };
}

export async function startForeign(): Promise<Running> {
  const router = await startNexus();
  return {
    ports: { websocket: router.port, rawsocket: Number(new URL(router.rawSocketUrl).port) },
    pid: router.pid,
    stop: router.dispose,
  };
}

async function ended(child: ChildProcess): Promise<unknown> {
  const [code, signal] = await once(child, 'exit');
  return code ?? signal;
}
