import { nearest } from '../../supervisors/nearest.js';

const KNOWN = ['id', 'start', 'restart', 'shutdown', 'up/thermostat'];

describe('nearest', () => {
  test.each([
    ['restat', 'restart'],
    ['di', 'id'],
    ['satrt', 'start'],
    ['sutdwon', 'shutdown'],
    ['thermostta', 'up/thermostat'],
    ['up/thermostta', 'up/thermostat'],
    ['xy', undefined],
    ['color', undefined],
    ['', undefined],
  ])('takes %j for %j', (name, meant) => {
    expect(nearest(name, KNOWN)).toBe(meant);
  });
});
