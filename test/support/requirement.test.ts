import { plan, requires } from './requirement.js';

const THERE = { available: true, path: '/usr/bin/nexusd' } as const;
const MISSING = { available: false, why: 'nexus was not found', get: 'npm run setup -- nexus' } as const;
const GONE = { available: false, why: 'erlang was not found', get: 'npm run setup -- erlang' } as const;

describe('plan', () => {
  it.each([
    ['runs what has all its parts', [THERE, THERE], false, { do: 'run' }],
    ['runs what has all its parts, also when a skip is forbidden', [THERE], true, { do: 'run' }],
    [
      'skips with what would get the part',
      [THERE, MISSING],
      false,
      { do: 'skip', title: 'nexusd [nexus was not found: npm run setup -- nexus]' },
    ],
    [
      'fails instead when a skip is forbidden, and names every part',
      [MISSING, GONE],
      true,
      {
        do: 'fail',
        reason: 'nexus was not found: npm run setup -- nexus; erlang was not found: npm run setup -- erlang',
      },
    ],
  ])('%s', (_, located, requireAll, expected) => {
    expect(plan('nexusd', located, requireAll)).toEqual(expected);
  });
});

describe('requires', () => {
  const { PATH, CHROME_BIN } = process.env;
  afterEach(() => {
    Object.assign(process.env, { PATH });
    delete process.env['CHROME_BIN'];
    if (CHROME_BIN !== undefined) process.env['CHROME_BIN'] = CHROME_BIN;
  });

  it('finds this Node under its own name', () => {
    const major = process.versions.node.split('.')[0];
    if (major !== '22' && major !== '24') return;
    expect(requires(`node${major}`)).toEqual({ available: true, path: process.execPath });
  });

  it('says of a missing part what gets it', () => {
    process.env['PATH'] = '';
    expect(requires('erlang')).toEqual({
      available: false,
      why: 'erlang was not found',
      get: 'npm run setup -- erlang',
    });
  });

  it('takes the browser that CHROME_BIN names', () => {
    process.env['CHROME_BIN'] = '/opt/browser';
    expect(requires('chromium')).toEqual({ available: true, path: '/opt/browser' });
  });

  it('refuses a part it does not know', () => {
    expect(() => requires('bondy' as 'nexus')).toThrow(
      'expected one of chromium, erlang, python3-autobahn, nexus, crossbar, nexus-client, js-clients, node22, node24, wamp-testsuite, received "bondy"',
    );
  });
});
