import type { WriteStream } from 'node:tty';
import { type DemoOptions, demo } from '../../../src/cli/demo/demo.js';
import { PEERS } from '../../../src/cli/demo/house.js';
import { router } from '../../../src/router/router.js';
import { type RecordingLogger, recordingLogger } from '../../support/recording-logger.js';

const NOTHING_LEFT = { unsettled: 0, exit: 'normal' };

function options(logger: RecordingLogger, more: Partial<DemoOptions> = {}): DemoOptions {
  return { logger, colours: false, signal: new AbortController().signal, port: 0, ...more };
}

describe('demo', () => {
  it('runs the house on a router of its own, and ends when it is told to', async () => {
    const logger = recordingLogger();
    const stop = new AbortController();
    let drawn = '';
    const screen = {
      columns: 200,
      rows: 60,
      write: (text: string) => {
        drawn += text;
        if (PEERS.every((id) => drawn.includes(id)) && /joined/.test(text)) stop.abort();
      },
    } as unknown as WriteStream;
    await expect(demo(options(logger, { signal: stop.signal, screen }))).resolves.toMatchObject(NOTHING_LEFT);
    expect(drawn).toMatch(/router {5}ws:\/\/127\.0\.0\.1:\d+\/ws {2}realm house/);
    expect(drawn).toMatch(/inspector {2}http:\/\/127\.0\.0\.1:\d+\//);
    // The cursor is back.
    expect(drawn.endsWith('\u001B[?25h')).toBe(true);
  });

  it('runs it on a router of the user, which it does not stop', async () => {
    const logger = recordingLogger();
    const theirs = await router({ realm: 'theirs', port: 0 });
    try {
      const url = theirs.url ?? '';
      await expect(demo(options(logger, { url, realm: 'theirs', seconds: 0.3 }))).resolves.toMatchObject(NOTHING_LEFT);
      expect(theirs.stats()).toMatchObject({ joined: PEERS.length, sessions: 0 });
      expect(theirs.url).toBe(url);
    } finally {
      await theirs.stop();
    }
  });

  it('ends at once, and in good order, when it was told to before it began', async () => {
    const logger = recordingLogger();
    const figures = await demo(options(logger, { signal: AbortSignal.abort() }));
    expect(figures).toMatchObject({ ...NOTHING_LEFT, aborts: 0, restarts: 0 });
  });
});
