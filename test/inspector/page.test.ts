/** The page as its user sees it, in a real Chromium: what it shows, keeps to itself, survives, and may load. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type Inspector, inspect } from '../../src/inspector/index.js';
import type { Tree } from '../../supervisors/index.js';
import { describeInChromium, launchChromium } from '../support/chromium.js';
import { CANARY, MARKUP, startHouse } from '../support/inspected-house.js';

describeInChromium('the inspector page', () => {
  let browser: Browser;
  let house: Tree;
  let inspector: Inspector;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];
  let requests: string[];

  beforeAll(async () => {
    browser = await launchChromium();
  }, 60_000);

  afterAll(() => browser.close());

  beforeEach(async () => {
    house = startHouse({ password: CANARY, note: MARKUP, nested: { ticket: CANARY } }, MARKUP.replaceAll('/', ''));
    inspector = await inspect(house);
    context = await browser.newContext();
    page = await context.newPage();
    complaints = [];
    requests = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('request', (request) => requests.push(request.url()));
  });

  afterEach(async () => {
    await context.close();
    await inspector.close();
    await house.stop();
  });

  const row = (path: string) => page.locator(`.row[data-path=${JSON.stringify(path)}]`);
  const lit = (state: string) => page.locator(`.chart .state.atomic.active[data-state="${state}"]`);
  const tell = (path: string, event: { type: string; reason?: unknown }): void => house.find(path)?.actor.send(event);

  it('shows the tree, and takes the token out of the address and keeps it out of all requests', async () => {
    await page.goto(inspector.url);
    await row('upstairs/lamp').waitFor();
    expect(await page.locator('.row .name').allTextContents()).toEqual(
      expect.arrayContaining(['root', 'thermostat', 'upstairs', 'lamp', 'blind']),
    );
    expect(await row('').textContent()).toContain('rest_for_one \u00b7 0 of 3 in 5 s');
    expect(page.url()).toBe(`http://127.0.0.1:${inspector.port}/#/`);
    const token = inspector.url.split('token=')[1] ?? '';
    expect(requests.join()).not.toContain(token);
    expect(new Set(requests.map((url) => new URL(url).host))).toEqual(new Set([`127.0.0.1:${inspector.port}`]));
    expect(complaints).toEqual([]);
  });

  it('shows a restart as it happens: the states that light up, the flash, the badges, the reason', async () => {
    await page.goto(`${inspector.url}/thermostat`);
    await lit('establishing').waitFor();
    tell('thermostat', { type: 'WELCOME' });
    await lit('established').waitFor();
    await lit('joined').waitFor();
    tell('thermostat', { type: 'ABORT', reason: new Error('no such realm') });
    await page.locator('.row.flash[data-path="thermostat"]').waitFor();
    await lit('establishing').waitFor();
    expect(await lit('established').count()).toBe(0);
    expect(await row('thermostat').locator('.badge').allTextContents()).toEqual(['#2', '\u21bb 1']);
    expect(await row('').textContent()).toContain('1 of 3 in 5 s');
    expect(await page.locator('#section-exit').textContent()).toContain('Error: no such realm');
    expect(await page.locator('#section-reports').textContent()).toContain('exited');
    expect(complaints).toEqual([]);
  });

  it('shows the context without its secrets, and markup as text wherever it stands', async () => {
    await page.goto(`${inspector.url}/thermostat`);
    await page.locator('#section-context .key').first().waitFor();
    tell('thermostat', { type: 'ABORT', reason: new Error(MARKUP) });
    await page.locator('#section-exit .reason', { hasText: MARKUP }).waitFor();
    expect(await page.locator('#section-context').textContent()).toContain(MARKUP);
    expect(await page.locator('#section-context').textContent()).toContain('[redacted]');
    expect(await page.content()).not.toContain(CANARY);
    await page.locator('.row .name', { hasText: '<img' }).click();
    await page.locator('h1', { hasText: '<img' }).waitFor();
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).not.toBe('owned');
    expect(complaints).toEqual([]);
  });

  it('is used by keyboard, searched, linked to and paused', async () => {
    await page.goto(inspector.url);
    await row('door').or(row('upstairs')).first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(page.url()).toMatch(/#\/upstairs\/lamp$/);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await row('upstairs/lamp').isVisible()).toBe(false);
    await page.keyboard.press('/');
    await page.keyboard.type('blind');
    expect(await page.locator('.row:visible .name').allTextContents()).toEqual(['root', 'upstairs', 'blind']);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Pause' }).click();
    tell('thermostat', { type: 'ABORT', reason: new Error('while paused') });
    await page.locator('.connection[data-state="paused"]').waitFor();
    expect(await row('thermostat').locator('.badge:visible').count()).toBe(0);
    await page.getByRole('button', { name: 'Resume' }).click();
    await row('thermostat').locator('.badge', { hasText: '#2' }).waitFor();
    const other = await context.newPage();
    await other.goto(`http://127.0.0.1:${inspector.port}/#/upstairs/blind`);
    await other.locator('h1', { hasText: 'blind' }).waitFor();
    await other.locator('.connection[data-state="live"]').waitFor();
    await other.close();
  });

  it('says that the connection is lost', async () => {
    await page.goto(inspector.url);
    await page.locator('.connection[data-state="live"]').waitFor();
    await inspector.close();
    await page.locator('.banner', { hasText: 'Connection lost' }).waitFor();
  });

  it('says that an address without its token gives no access', async () => {
    await page.goto(`http://127.0.0.1:${inspector.port}/`);
    await page.locator('.banner', { hasText: 'the address that the process printed' }).waitFor();
    expect(await page.locator('.row').count()).toBe(0);
  });

  it.each(['light', 'dark'] as const)('fits into 360 pixels, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 360, height: 700 });
    await page.goto(`${inspector.url}/thermostat`);
    await page.locator('svg.chart').first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
});
