import { version } from '../../src/cli/version.js';
import { read } from '../support/source-files.js';

describe('version', () => {
  it("is that of this package's own package.json, not of the folder it runs in", () => {
    const cwd = jest.spyOn(process, 'cwd').mockReturnValue('/');
    try {
      expect(version()).toBe(JSON.parse(read('package.json')).version);
    } finally {
      cwd.mockRestore();
    }
  });
});
