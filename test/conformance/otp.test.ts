import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from './main.js';
import { run } from './otp/runner.js';
import type { Scenario, Step, TraceRecord } from './otp/scenario.js';
import { judge, type Verdict } from './otp/verdict.js';

const DATA = join(__dirname, 'data', 'otp');

const scenarios = (file: string): readonly Scenario[] => JSON.parse(readFileSync(join(DATA, file), 'utf8'));

/** The traces were recorded from Erlang/OTP 25. What is skipped is named, so that nothing goes missing unseen. */
describe('the recorded behaviour of OTP', () => {
  test.each([
    ['handmade.json', 114, ['quirk_sofo_restart_ignore']],
    ['random.json', 145, []],
    ['more.json', 11, []],
  ] as const)('%s: every scenario leaves the same trace, step by step', async (file, expected, skipped) => {
    const verdicts: (readonly [string, Verdict])[] = [];
    for (const scenario of scenarios(file))
      verdicts.push([scenario.name, (await judge(scenario, { reports: true })).verdict]);
    const named = (is: Verdict['is']) => verdicts.filter(([, verdict]) => verdict.is === is);
    expect(named('failed')).toEqual([]);
    expect(named('skipped').map(([name]) => name)).toEqual(skipped);
    expect(named('passed')).toHaveLength(expected);
  });
});

/** Mistakes of OTP 25 that are not repeated. */
describe('a dynamic supervisor', () => {
  const tree = {
    id: 'pool',
    type: 'supervisor',
    strategy: 'simple_one_for_one',
    intensity: 9,
    period: 10,
    children: [{ id: 'template', restart: 'permanent' }],
  };
  const trace = async (steps: readonly Step[]): Promise<readonly TraceRecord[]> =>
    (await run({ name: 'one', tree, steps })).trace;

  it('drops a child whose restart is ignored, and stops cleanly', async () => {
    const [, , , restarted, stopped] = await trace([
      { op: 'start_child', sup: 'pool', name: '~1', behavior: { start: ['ok', 'ignore', 'ok'] } },
      { op: 'start_child', sup: 'pool', name: '~2' },
      { op: 'exit', id: '~1', reason: 'boom' },
      { op: 'stop', reason: 'shutdown' },
    ]);
    expect(restarted?.events).toEqual([
      { ev: 'exit', id: '~1', n: 1, reason: 'boom' },
      { ev: 'ignore', id: '~1', n: 2 },
    ]);
    expect(restarted?.state).toEqual({ pool: { children: [['undefined', '~2#1', 'worker']], counts: [1, 1, 0, 1] } });
    expect(stopped?.events).toEqual([
      { ev: 'stopping', id: '~2', n: 1, reason: 'shutdown' },
      { ev: 'exit', id: '~2', n: 1, reason: 'shutdown' },
      { ev: 'exit', id: 'pool', n: 1, reason: 'shutdown' },
    ]);
  });

  it('counts right after a child was terminated that waited for its restart', async () => {
    const fails = { error: 'efail', delay: 300 };
    const records = await trace([
      { op: 'start_child', sup: 'pool', name: '~1', behavior: { start: ['ok', fails, fails, fails] } },
      { op: 'start_child', sup: 'pool', name: '~2' },
      { op: 'exit', id: '~1', reason: 'boom', settle: 80, snapshot: false },
      { op: 'count_children', sup: 'pool', settle: 10, snapshot: false },
      { op: 'terminate_child', sup: 'pool', id: '~1' },
      { op: 'start_child', sup: 'pool', name: '~3' },
    ]);
    expect(records.map(({ result }) => result).slice(4, 6)).toEqual([
      { specs: 1, active: 1, supervisors: 0, workers: 2 },
      'ok',
    ]);
    expect(records.slice(5).map(({ state }) => state)).toEqual([
      { pool: { children: [['undefined', '~2#1', 'worker']], counts: [1, 1, 0, 1] } },
      {
        pool: {
          children: [
            ['undefined', '~2#1', 'worker'],
            ['undefined', '~3#1', 'worker'],
          ],
          counts: [1, 2, 0, 2],
        },
      },
    ]);
  });
});

describe('npm run conformance -- otp', () => {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const scenario: Scenario = {
    name: 'one',
    rules: ['R1'],
    tree: { id: 'root', type: 'supervisor', children: [{ id: 'a' }] },
    steps: [{ op: 'kill', id: 'nobody' }],
    trace: [
      {
        step: 0,
        op: 'start',
        result: ['ok', 'root#1'],
        events: [
          { ev: 'init', id: 'root', n: 1 },
          { ev: 'start', id: 'a', n: 1 },
          { ev: 'start', id: 'root', n: 1 },
        ],
        state: { root: { children: [['a', 'a#1', 'worker']], counts: [1, 1, 0, 1] } },
      },
      {
        step: 1,
        op: 'kill',
        result: 'no_process',
        events: [],
        state: { root: { children: [['a', 'a#1', 'worker']], counts: [1, 1, 0, 1] } },
      },
    ],
  };

  const write = (name: string, content: unknown): string => {
    const file = join(folder, name);
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const conformance = async (...args: readonly string[]) => {
    const [out, err]: [string[], string[]] = [[], []];
    const code = await main(
      args,
      (text) => out.push(text),
      (text) => err.push(text),
    );
    return { code, out: out.join(''), err: err.join('') };
  };

  it('counts what passed, and exits with 0 if nothing failed', async () => {
    const file = write('passes.json', [scenario, { ...scenario, name: 'two', tags: ['quirk'] }]);
    expect(await conformance('otp', file, file)).toEqual({
      code: 0,
      out: '2 passed, 0 failed, 2 skipped\n',
      err: 'skipped two: a known mistake of that Erlang\n'.repeat(2),
    });
  });

  it('shows what was expected of which step where a scenario failed, and exits with 1', async () => {
    const [first, second] = scenario.trace ?? [];
    const file = write('fails.json', [{ ...scenario, trace: [first, { ...second, result: 'ok' }] }]);
    expect(await conformance('otp', file)).toEqual({
      code: 1,
      out:
        'FAILED one (R1)\n  step 1: {"op":"kill","id":"nobody"}\n' +
        '    expected result "ok"\n    actual   result "no_process"\n\n0 passed, 1 failed, 0 skipped\n',
      err: '',
    });
  });

  it('names a step that the format does not have', async () => {
    const file = write('strange.json', [{ ...scenario, steps: [{ op: 'dance', sup: 'root' }] }]);
    const { code, out } = await conformance('otp', file);
    expect({ code, out }).toEqual({
      code: 1,
      out: "FAILED one (R1)\n  Error: expected an op of the format, received 'dance'\n\n0 passed, 1 failed, 0 skipped\n",
    });
  });

  it('writes the traces that it left, which pass as expectations', async () => {
    const file = write('bare.json', [{ ...scenario, trace: undefined }]);
    const out = join(folder, 'out.json');
    expect(await conformance('otp', file, '--out', out)).toMatchObject({ code: 0 });
    const [written] = JSON.parse(readFileSync(out, 'utf8'));
    const again = write('again.json', [{ ...scenario, ...written }]);
    expect(await conformance('otp', again, '--reports')).toMatchObject({ out: '1 passed, 0 failed, 0 skipped\n' });
  });

  it.each([
    [[], /^conformance: expected otp FILE… .*; received ''\n$/],
    [['opt', 'file'], /^conformance: expected otp FILE… .*; received 'opt'\n$/],
    [['otp'], /^conformance: expected a file of scenarios, received none; usage: otp FILE….*\n$/],
    [['otp', '--fast', 'file'], /^conformance: Unknown option '--fast'.*; usage: otp FILE….*\n$/],
    [['otp', 'missing.json'], /^conformance: .*missing\.json: ENOENT.*\n$/],
    [['otp', 'docs'], /^conformance: docs: EISDIR.*\n$/],
  ])('refuses %j with one line, and exits with 2', async (args, line) => {
    const { code, out, err } = await conformance(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(line);
  });

  it.each([
    ['{"na', /no-scenarios\.json: is no JSON: .*/],
    ['{}', /is no file of scenarios: expected a list of them/],
    ['[{"name": "a"}]', /expected a 'tree' with an 'id' in scenario 0/],
    ['[{"tree": {"id": "root"}, "steps": []}]', /expected a 'name' in scenario 0/],
    ['[{"name": "a", "tree": {"id": "root"}, "steps": [{}]}]', /expected 'steps', each with its 'op', in scenario 0/],
    ['[{"name": "a", "tree": {"id": "root"}, "steps": [], "trace": [{}]}]', /expected a 'trace', a list of records/],
  ])('refuses a file that holds %s, before anything runs', async (content, line) => {
    const { code, out, err } = await conformance('otp', write('no-scenarios.json', content));
    expect({ code, out, lines: err.split('\n').length }).toEqual({ code: 2, out: '', lines: 2 });
    expect(err).toMatch(line);
  });
});
