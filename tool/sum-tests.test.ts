import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'sightline-sum-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A report as vitest's JSON reporter writes it, of one file with these outcomes. */
function report(name: string, outcomes: readonly string[], status = 'passed'): void {
  const of = (outcome: string) => outcomes.filter((each) => each === outcome).length;
  const text = JSON.stringify({
    numPassedTests: of('passed'),
    numFailedTests: of('failed'),
    numPendingTests: of('skipped'),
    numTodoTests: of('todo'),
    testResults: [
      {
        name: '/repo/a.test.ts',
        status,
        assertionResults: outcomes.map((outcome) => ({ status: outcome, fullName: 'a test' })),
      },
    ],
  });
  writeFileSync(join(folder, name), text);
}

const sum = (...names: string[]): Promise<{ status: number; lines: string[] }> =>
  new Promise((resolve) => {
    execFile(process.execPath, ['tool/sum-tests.mjs', folder, ...names], (error, stdout) => {
      resolve({ status: Number(error?.code ?? 0), lines: stdout.trim().split('\n') });
    });
  });

describe('sum-tests', () => {
  it('adds reports up', async () => {
    report('a.json', ['passed', 'passed', 'skipped']);
    report('b.json', ['passed', 'todo']);
    expect(await sum('a.json', 'b.json')).toEqual({
      status: 0,
      lines: ['3 passed, 0 failed, 2 skipped'],
    });
  });
  it('names what failed', async () => {
    report('a.json', ['passed', 'failed'], 'failed');
    const { status, lines } = await sum('a.json');
    expect(lines).toEqual(['failed: a test (/repo/a.test.ts)', '1 passed, 1 failed, 0 skipped']);
    expect(status).toBe(1);
  });
  it('counts a file that does not load, and a report that is missing', async () => {
    report('a.json', [], 'failed');
    const { status, lines } = await sum('a.json', 'none.json');
    expect(lines.at(-1)).toBe('0 passed, 2 failed, 0 skipped');
    expect(status).toBe(1);
  });
});
