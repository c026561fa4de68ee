import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createLogger } from '#lib/log.ts';
import { createFailureLog } from './failure-log.ts';

const failed = { timeMs: 0, job: 'j', url: 'http://a/metrics', error: 'no' };

it('writes a line of JSON per failure, in order', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-failures-'));
  const file = join(folder, 'failures.log');
  const warned: string[] = [];
  const told = new Promise<void>((resolve) => {
    const logger = createLogger({
      write: (line) => {
        warned.push(line);
        resolve();
      },
    });
    const write = createFailureLog(logger);
    write({ ...failed, file });
    write({ ...failed, file, error: 'again' });
    write({ ...failed, file: join(folder, 'missing', 'failures.log') });
  });
  await told;
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      time: '1970-01-01T00:00:00.000Z',
      level: 'ERROR',
      msg: 'no',
      job_name: 'j',
      target: failed.url,
    },
    expect.objectContaining({ msg: 'again' }),
  ]);
  expect(warned[0]).toContain('scrape_failure_log_file cannot be written');
  await rm(folder, { recursive: true });
});
