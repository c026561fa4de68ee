// Our own cases must pass; of Prometheus's scripts, where they lie beside the repository, at least as
// many as ever before.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runScript } from './runner.ts';

const own = join(import.meta.dirname, 'case');
const shared = join(import.meta.dirname, '../../../../shared/conformance/promql/scripts');
/** May only rise. */
const sharedPassedAtLeast = 685;

const scriptsIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.test'))
    .map((name) => join(folder, name));

describe('own cases', () => {
  for (const path of scriptsIn(own)) {
    test(basename(path), async () => {
      const outcomes = await runScript(readFileSync(path, 'utf8'));
      expect(outcomes.filter(({ failure }) => failure)).toEqual([]);
      expect(outcomes.length).toBeGreaterThan(0);
    });
  }
});

test.skipIf(!existsSync(shared))('scripts of Prometheus', async () => {
  let passed = 0;
  let total = 0;
  const lines: string[] = [];
  for (const path of scriptsIn(shared)) {
    const outcomes = await runScript(readFileSync(path, 'utf8'));
    const good = outcomes.filter(({ failure }) => failure === undefined).length;
    passed += good;
    total += outcomes.length;
    lines.push(`${basename(path)} ${good}/${outcomes.length}`);
    if (process.env.PROMQL_FAILURES) {
      for (const { line, query, failure } of outcomes) {
        if (failure) lines.push(`  ${line}: ${query}: ${failure}`);
      }
    }
  }
  console.log(`${lines.join('\n')}\nPromQL scripts: ${passed} of ${total} passed`);
  expect(passed).toBeGreaterThanOrEqual(sharedPassedAtLeast);
});
