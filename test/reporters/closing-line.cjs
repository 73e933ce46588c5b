const { writeSync } = require('node:fs');

/** Ends a run with one plain line, such as `123 passed, 0 failed`, for whoever reads the log from its end. */
module.exports = class ClosingLine {
  onRunComplete(_contexts, results) {
    // A file that could not even be loaded has no tests to count, and did not pass.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : '';
    // Jest puts its own summary after every other reporter's.
    process.once('exit', () =>
      writeSync(1, `\n${results.numPassedTests} passed, ${failed} failed${skipped}\n`),
    );
  }
};
