/** The scenarios of the suite, run in Chromium, by the very modules that are published, over WebSocket, in each serializer. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { bundleForBrowsers } from '../../scripts/browser-bundle.js';
import { scenarios } from '../scenarios/suite.js';
import { describeInChromium, launchChromium } from '../support/chromium.js';
import { type Running, WEBSOCKET } from '../support/worlds.js';
import { bundleForPage } from './page/bundle.js';
import { collect } from './page/collected.js';

const { tests } = collect(() => scenarios(WEBSOCKET));

describeInChromium('a page', () =>
  describe.each([
    ['all that a peer can do', 'index.js'],
    ['the core of a peer', 'core/all.js'],
  ])('that has %s', (_what, main) => {
    let folder: string;
    let browser: Browser;
    let server: Server;
    let origin: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'respell-page-'));
      await bundleForBrowsers(join(folder, 'browser'));
      const script = await bundleForPage(join(folder, 'browser', main));
      server = createServer((request, response) => {
        const isScript = request.url === '/main.js';
        response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
        response.end(isScript ? script : '<!doctype html><script type="module" src="/main.js"></script>');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      // A secure context, as WebCrypto needs it: a page of loopback is one.
      origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      browser = await launchChromium();
    }, 60_000);

    afterAll(async () => {
      await browser?.close();
      server?.close();
      await rm(folder, { recursive: true, force: true });
    });

    describe.each(['json', 'msgpack', 'cbor'] as const)('that speaks %s', (serializer) => {
      let page: Page;
      let running: Running | undefined;

      beforeAll(async () => {
        page = await browser.newPage();
        await page.exposeFunction('beside', async (what: string) => {
          if (what === 'start') {
            running = await WEBSOCKET.start();
            const { url, realm, lockedRealm } = running;
            return { url, realm, lockedRealm };
          }
          if (what === 'kill') return running?.kill();
          if (what === 'stop') return running?.stop();
          if (what === 'restart') return running?.start();
          if (what === 'held') return running?.held?.();
          const ending = running;
          running = undefined;
          return ending?.dispose();
        });
        await page.goto(origin);
        await page.waitForFunction('typeof load === "function"');
        await page.evaluate(`globalThis.suite = load(${JSON.stringify(WEBSOCKET)}, '${serializer}'); suite.begin()`);
      }, 30_000);

      afterAll(async () => {
        await page?.evaluate('suite.end()');
        await running?.dispose();
        await page?.close();
      });

      it.each(tests.map(({ path }) => [path.join(' › '), path.join()] as const))(
        '%s',
        async (_title, id) => {
          expect(await page.evaluate(`suite.run(${JSON.stringify(id)})`)).toBe('');
        },
        30_000,
      );
    });
  }),
);
