import { start, supervisor, UnknownChild } from '../../../supervisors/index.js';
import { idle } from '../support/workers.js';

describe("a child's address", () => {
  const tree = () =>
    start(
      supervisor({
        children: [
          { id: 'lamp', start: idle },
          { id: 'upstairs', start: supervisor({ children: [{ id: 'thermostat', start: idle }] }) },
        ],
      }),
    );

  it.each([
    ['lamp', 'lamp'],
    ['/lamp', 'lamp'],
    ['upstairs/thermostat', 'thermostat'],
    ['thermostat', 'thermostat'],
  ])('%s is found: a path, or an id that is unique in the tree', async (address, id) => {
    await using running = tree();
    expect(await running.getChildSpec(address)).toMatchObject({ id });
  });

  it('that begins with a slash means a child of the root, and none below it', async () => {
    await using running = tree();
    await expect(running.terminateChild('/thermostat')).rejects.toThrow(UnknownChild);
    expect(await running.countChildren('upstairs')).toMatchObject({ active: 1 });
  });
});
