/**
 * The same message-level scripts on three routers: whatever a session hears elsewhere than from the embedded one is a row of
 * docs/foreign-routers.md, with the standard's reason.
 */
import { describeWith } from '../support/requirement.js';
import { read } from '../support/source-files.js';
import { CROSSBAR, NEXUS, type Running, WEBSOCKET, type World } from '../support/worlds.js';
import { SCRIPTS } from './message-scripts.js';
import { play } from './script.js';

function playing(world: World, router: 'embedded' | 'nexus' | 'crossbar'): void {
  let running: Running;
  beforeAll(async () => {
    running = await world.start();
  }, 60_000);
  afterAll(() => running.dispose());

  it.each(SCRIPTS)('answers as it is written down: $title', async (script) => {
    const { hears, differs } = script;
    const heard = await play(String(running.url), running.realm, script);
    expect(heard).toEqual({ ...hears, ...(router === 'embedded' ? {} : differs?.[router]) });
  });
}

describe('the embedded router', () => playing(WEBSOCKET, 'embedded'));
describeWith('nexus', 'nexus', () => playing(NEXUS, 'nexus'));
describeWith('crossbar', 'Crossbar.io', () => playing(CROSSBAR, 'crossbar'));

it('has a row on the page for each script that is answered differently, and no other', () => {
  const rows = [
    ...read('docs/foreign-routers.md').matchAll(/^\| (a .*?|names .*?) \| (.*?) \| (.*?) \| (.*?) \| .* \|$/gm),
  ];
  const shown = (lines: Readonly<Record<string, readonly string[]>> | undefined) =>
    lines === undefined
      ? 'the same'
      : Object.entries(lines)
          .map(
            ([who, heard]) =>
              `${who}: ${heard.length === 0 ? 'nothing' : heard.map((line) => `\`${line}\``).join(', ')}`,
          )
          .join('; ');
  const different = SCRIPTS.filter(({ differs }) => differs !== undefined).map(({ title, hears, differs }) => {
    const names = Object.keys({ ...differs?.nexus, ...differs?.crossbar });
    const ours = Object.fromEntries(Object.entries(hears).filter(([who]) => names.includes(who)));
    return [title, shown(ours), shown(differs?.nexus), shown(differs?.crossbar)];
  });
  expect(rows.map(([, ...cells]) => cells)).toEqual(different);
});
