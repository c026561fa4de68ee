// In: a folder and the names of vitest's JSON reports in it. Out: one line `N passed, N failed,
// N skipped`. A report that is missing counts as one failure: that run never came to an end.
// Plain JavaScript: CI calls it last, also when the installation itself has failed.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, ...names] = process.argv.slice(2);
const sum = { passed: 0, failed: 0, skipped: 0 };
for (const name of names) {
  const file = join(folder, name);
  if (!existsSync(file)) {
    console.log(`${name}: no report was written`);
    sum.failed++;
    continue;
  }
  const report = JSON.parse(readFileSync(file, 'utf8'));
  sum.passed += report.numPassedTests;
  sum.failed += report.numFailedTests;
  sum.skipped += report.numPendingTests + report.numTodoTests;
  for (const suite of report.testResults) {
    const isBroken = suite.status === 'failed' && suite.assertionResults.length === 0;
    if (isBroken) sum.failed++;
    const failures = suite.assertionResults.filter((test) => test.status === 'failed');
    for (const test of failures) console.log(`failed: ${test.fullName} (${suite.name})`);
    if (isBroken) console.log(`failed to load: ${suite.name}`);
  }
}
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed === 0 ? 0 : 1;
