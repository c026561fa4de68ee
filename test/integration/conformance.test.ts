// Our own test scripts, asked of the running program in every mode, and the command around them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { conformanceCommand } from '#cli/conformance.ts';

const own = join(import.meta.dirname, '../conformance');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'conformance-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ status: number; text: string }> {
  const stdout = new PassThrough();
  const stderr = new PassThrough().resume();
  const text: Buffer[] = [];
  stdout.on('data', (piece: Buffer) => text.push(piece));
  const { signal } = new AbortController();
  const context = { args, env: {}, stdin: new PassThrough(), stdout, stderr, signal };
  const status = await conformanceCommand.run(context);
  return { status, text: Buffer.concat(text).toString() };
}

for (const language of ['promql', 'logql', 'traceql']) {
  test(`own cases of ${language}, in every mode`, { timeout: 240_000 }, async () => {
    const { status, text } = await run('--cases', join(own, language, 'case'));
    expect(text).not.toContain('not on the roster');
    expect(status).toBe(0);
  });
}

test('a wrong expectation and a file that is not understood fail', async () => {
  writeFileSync(join(folder, 'a.test'), 'load 1m\n  m 1\n\neval instant at 0 m\n  m 2\n');
  writeFileSync(join(folder, 'b.test'), 'nonsense\n');
  const json = join(folder, 'report.json');
  const { status } = await run('--cases', folder, '--mode', 'default', '--json', json);
  expect(status).toBe(1);
  const { suites } = JSON.parse(readFileSync(json, 'utf8'));
  expect(suites).toHaveLength(1);
  expect(suites[0]).toMatchObject({ mode: 'default', passed: 0, failed: 2, skipped: 0, total: 2 });
  expect(suites[0].failures.map((one: { case: string }) => one.case)).toEqual([
    'a.test:4 instant m',
    'b.test',
  ]);
});

test('a folder without cases is refused', async () => {
  await expect(run('--cases', join(folder, 'none'))).rejects.toThrow('there is no folder');
});
