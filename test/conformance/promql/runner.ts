// Runs test scripts in memory and says what failed. PROMQL_FAILURES=1 prints each failure,
// PROMQL_FILE=name takes only the scripts whose name contains it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Outcome, runInMemory } from '#conformance/promqltest/memory.ts';

export interface FileOutcome {
  readonly file: string;
  readonly outcomes: readonly Outcome[];
}

export async function runFolder(folder: string): Promise<FileOutcome[]> {
  const only = process.env.PROMQL_FILE ?? '';
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.test') && name.includes(only))
    .sort();
  const done: FileOutcome[] = [];
  for (const file of files) {
    done.push({ file, outcomes: await runInMemory(readFileSync(join(folder, file), 'utf8')) });
  }
  return done;
}

/** One line per file, and per failure when they are asked for. */
export function report(files: readonly FileOutcome[]): string {
  const lines: string[] = [];
  for (const { file, outcomes } of files) {
    const failed = outcomes.filter(({ failure }) => failure !== undefined);
    lines.push(`${file}: ${outcomes.length - failed.length}/${outcomes.length}`);
    if (!process.env.PROMQL_FAILURES) continue;
    for (const { line, query, failure } of failed)
      lines.push(`  ${file}:${line} ${query}: ${failure}`);
  }
  return lines.join('\n');
}

export const passedOf = (files: readonly FileOutcome[]): number =>
  files.reduce((sum, { outcomes }) => sum + outcomes.filter((one) => !one.failure).length, 0);
