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

  it('is gone through by keyboard: each stop can be seen, and the tree says which line the keys are at', async () => {
    await page.goto(`${inspector.url}/thermostat`);
    await lit('establishing').waitFor();
    const stops: string[] = [];
    for (let stop = 0; stop < 5; stop += 1) {
      await page.keyboard.press('Tab');
      stops.push(await page.evaluate(focused));
    }
    expect(stops).toEqual([
      'button Pause, ringed',
      'searchbox Search actors by path, state or status, ringed',
      'tree Supervision tree at thermostat, ringed',
      'group thermostat, ringed',
      'group session, ringed',
    ]);
    for (let stop = 0; stop < 2; stop += 1) await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(focused)).toBe('tree Supervision tree at upstairs, ringed');
    await page.keyboard.press('ArrowLeft');
    expect(await row('upstairs').getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    expect(await page.evaluate(focused)).toBe('tree Supervision tree at , ringed');
    expect(await page.locator('[role=tree] > :not([role=treeitem][aria-level][aria-selected])').count()).toBe(0);
    expect(await page.locator('.row .icon:not([role=img][aria-label])').count()).toBe(0);
  });

  it('keeps what a search found while the keys go through it, and Escape ends it from there too', async () => {
    await page.goto(inspector.url);
    await row('upstairs').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('/');
    await page.keyboard.type('blind');
    expect(await row('upstairs').getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowRight');
    expect(await page.evaluate(focused)).toBe('tree Supervision tree at upstairs/blind, ringed');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('searchbox').inputValue()).toBe('');
    expect(await row('upstairs/lamp').isVisible()).toBe(true);
  });

  it('never leaves the keys at a line that is hidden: who collapses a branch is at it', async () => {
    await page.goto(`${inspector.url}/upstairs/lamp`);
    await row('upstairs/lamp').waitFor();
    await row('upstairs').locator('.caret').click();
    expect(await row('upstairs/lamp').isVisible()).toBe(false);
    expect(page.url()).toMatch(/#\/upstairs$/);
  });

  it('leaves the focus where it is when a report comes in, and takes it to the actor that a report leads to', async () => {
    await page.goto(inspector.url);
    const reports = page.locator('#section-reports');
    await row('thermostat').waitFor();
    tell('thermostat', { type: 'ABORT', reason: new Error('the first') });
    await reports.locator('li', { hasText: 'the first' }).getByRole('button').first().focus();
    await row('thermostat').locator('.badge', { hasText: '#2' }).waitFor();
    tell('thermostat', { type: 'ABORT', reason: new Error('the second') });
    await reports.locator('li', { hasText: 'the second' }).first().waitFor();
    expect(await page.evaluate(focused)).toBe('button thermostat, ringed');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(focused)).toBe('h1 thermostat, ringed');
  });

  it.each(['light', 'dark'] as const)(
    'can be read, %s: every text that is shown, live and when it is lost',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.goto(`${inspector.url}/thermostat`);
      await lit('establishing').waitFor();
      tell('thermostat', { type: 'ABORT', reason: new Error('no such realm') });
      await page.locator('#section-exit .reason').waitFor();
      await row('thermostat').locator('.badge', { hasText: '#2' }).waitFor();
      await page.waitForFunction(() => document.querySelector('.row.flash') === null);
      await lit('establishing').waitFor();
      expect(await page.evaluate(tooFaint)).toEqual([]);
      await row('').click();
      await page.locator('h1', { hasText: 'root' }).waitFor();
      expect(await page.evaluate(tooFaint)).toEqual([]);
      await page.getByRole('button', { name: 'Pause' }).click();
      expect(await page.evaluate(tooFaint)).toEqual([]);
      await page.getByRole('button', { name: 'Resume' }).click();
      await page.locator('.connection[data-state="live"]').waitFor();
      await inspector.close();
      await page.locator('.banner', { hasText: 'Connection lost' }).waitFor();
      expect(await page.evaluate(tooFaint)).toEqual([]);
    },
  );
});

/** What has the focus, in the page: its role or tag, its name, and whether it shows that it has it. */
function focused(): string {
  const element = document.activeElement as HTMLElement;
  const at = document.getElementById(element.getAttribute('aria-activedescendant') ?? '');
  const labelledBy = document.getElementById(element.getAttribute('aria-labelledby') ?? '');
  const name = element.getAttribute('aria-label') ?? labelledBy?.textContent ?? element.textContent;
  const role =
    element.getAttribute('role') ?? (element.matches('input[type=search]') ? 'searchbox' : element.localName);
  const { outlineStyle, outlineWidth } = getComputedStyle(at ?? element);
  const isRinged = outlineStyle === 'solid' && Number.parseFloat(outlineWidth) >= 2;
  return `${role} ${name}${at === null ? '' : ` at ${at.dataset['path']}`}${isRinged ? ', ringed' : ''}`;
}

/** The texts of the page that stand out less from what they stand on than 4.5:1, icons less than 3:1, as they are drawn. */
function tooFaint(): readonly string[] {
  const numbers = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = numbers(colour).map((part) =>
      part / 255 <= 0.040_45 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = (element: Element | null): string => {
    if (element === null) return 'rgb(255, 255, 255)';
    const { backgroundColor } = getComputedStyle(element);
    return numbers(backgroundColor)[3] === 0 ? ground(element.parentElement) : backgroundColor;
  };
  const opacity = (element: Element | null): number =>
    element === null ? 1 : Number(getComputedStyle(element).opacity) * opacity(element.parentElement);
  const faint: string[] = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode() !== null) {
    const element = texts.currentNode.parentElement;
    // A drawing's text stands on shapes: its colours are compared as values.
    if (element === null || element.closest('svg, noscript') !== null || !element.checkVisibility()) continue;
    const pair = [getComputedStyle(element).color, ground(element)];
    const [darker = 0, lighter = 0] = pair.map(luminance).sort((a, b) => a - b);
    const ratio = ((lighter + 0.05) / (darker + 0.05)) * opacity(element);
    const least = element.matches('.icon, .caret') ? 3 : 4.5;
    if (ratio < least) faint.push(`${element.className} "${texts.currentNode.textContent}": ${ratio.toFixed(2)}`);
  }
  return faint;
}
