import fs from 'node:fs';
import { commandLog } from '../../src/cli/log.js';

/** What is written to each file descriptor while `work` runs. */
function written(work: () => void): Record<number, string> {
  const all: Record<number, string> = {};
  const spy = jest.spyOn(fs, 'writeSync').mockImplementation(((fd: number, data: string | Uint8Array) => {
    const text = typeof data === 'string' ? data : Buffer.from(data).toString();
    all[fd] = (all[fd] ?? '') + text;
    return Buffer.byteLength(text);
  }) as never);
  try {
    work();
  } finally {
    spy.mockRestore();
  }
  return all;
}

describe('commandLog', () => {
  it('writes a JSON line to stderr, since stdout belongs to data', () => {
    const all = written(() => commandLog('info').info({ peer: 'kitchen' }, 'joined'));
    expect(Object.keys(all)).toEqual(['2']);
    expect(JSON.parse(all[2] ?? '')).toEqual({
      level: 30,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      peer: 'kitchen',
      msg: 'joined',
    });
  });

  it('tells an error with its stack', () => {
    const all = written(() => commandLog('info').error({ err: new RangeError('too much') }, 'a handler failed'));
    const { err } = JSON.parse(all[2] ?? '');
    expect(err).toMatchObject({ type: 'RangeError', message: 'too much' });
    expect(err.stack).toContain('log.test.ts');
  });

  it.each([
    ['warn', { warn: true, info: false }],
    ['debug', { warn: true, info: true }],
    ['silent', { warn: false, info: false }],
  ])('keeps to its level: %s', (level, expected) => {
    const log = commandLog(level);
    const says = (how: 'warn' | 'info') => 2 in written(() => log[how]({}, 'something'));
    expect({ warn: says('warn'), info: says('info') }).toEqual(expected);
  });
});
