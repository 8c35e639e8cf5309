/**
 * Ends a run with what was skipped and why, and a last line `N passed, N failed` (`, N skipped` where there are any),
 * which scripts can read. With `REQUIRE_ALL=1` a skipped test fails the run.
 */
const { relative } = require('node:path');

/** The reason that `describeWith` (test/support/requirement.ts) put between brackets into a title. */
const REASON = /\[([^\]]+)\]$/;

/** `[{ file, reason, tests }]` for every reason in every file, in the order of the run. */
function skippedByReason(testResults, root) {
  const groups = new Map();
  for (const { testFilePath, testResults: tests } of testResults) {
    for (const { ancestorTitles, fullName, status } of tests) {
      if (status !== 'pending' && status !== 'todo' && status !== 'disabled') continue;
      const reason = ancestorTitles.map((title) => REASON.exec(title)?.[1]).find((text) => text !== undefined);
      const file = relative(root, testFilePath);
      const key = `${file}\0${reason ?? fullName}`;
      const group = groups.get(key) ?? { file, reason: reason ?? `no reason given: ${fullName}`, tests: 0 };
      group.tests += 1;
      groups.set(key, group);
    }
  }
  return [...groups.values()];
}

/** The closing line. A file that could not be run at all counts as one failure: its tests are not known. */
function closingLine(results) {
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  const skipped = results.numPendingTests + results.numTodoTests;
  return `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Jest's own summary always comes after other reporters, so the closing line waits for the end of the process. */
const writeLast = (isWatching) => (text) => {
  if (isWatching) process.stdout.write(text);
  else process.once('exit', () => process.stdout.write(text));
};

class SummaryReporter {
  #error;

  constructor(globalConfig, options = {}) {
    this.root = globalConfig.rootDir;
    // Whoever asks for some tests by name has left out the others on purpose.
    this.isSelection = (globalConfig.testNamePattern ?? '') !== '';
    this.requireAll = options.requireAll ?? process.env.REQUIRE_ALL === '1';
    this.write = options.write ?? writeLast(globalConfig.watch || globalConfig.watchAll);
  }

  onRunComplete(_contexts, results) {
    const skipped = this.isSelection ? [] : skippedByReason(results.testResults, this.root);
    const lines = skipped.map(({ file, reason, tests }) => `skipped: ${tests} in ${file}: ${reason}`);
    if (skipped.length > 0 && this.requireAll) {
      this.#error = new Error('REQUIRE_ALL=1 allows no skipped test');
      lines.push('failed: REQUIRE_ALL=1 allows no skipped test; those above were');
    }
    this.write(`\n${[...lines, closingLine(results)].join('\n')}\n`);
  }

  /** An error here makes jest exit with 1. */
  getLastError() {
    return this.#error;
  }
}

module.exports = SummaryReporter;
module.exports.closingLine = closingLine;
module.exports.skippedByReason = skippedByReason;
