// `npm run check`: everything that can be known without running the program, in parallel. Prints
// one line per check, and the words of those that failed.
import { execFile } from 'node:child_process';
import { performance } from 'node:perf_hooks';

const node = process.execPath;
const checks: Record<string, string[]> = {
  'types (program, tests, tools)': ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'],
  'types (web)': ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.web.json'],
  'format and lint': ['node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off', '.'],
  'unused files, exports and packages': ['node_modules/knip/bin/knip.js', '--no-progress'],
  'boundaries and habits': ['node_modules/vitest/vitest.mjs', 'run', 'test/tidy.test.ts'],
};

interface Outcome {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  readonly output: string;
}

function runCheck([name, args]: [string, string[]]): Promise<Outcome> {
  const started = performance.now();
  return new Promise((resolve) => {
    execFile(node, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const seconds = (performance.now() - started) / 1000;
      resolve({ name, passed: error === null, seconds, output: `${stdout}${stderr}`.trim() });
    });
  });
}

const outcomes = await Promise.all(Object.entries(checks).map(runCheck));
for (const { name, passed, output } of outcomes) {
  if (!passed) console.log(`\n── ${name}\n${output}\n`);
}
for (const { name, passed, seconds } of outcomes) {
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(1)} s)`);
}
process.exitCode = outcomes.every((outcome) => outcome.passed) ? 0 : 1;
