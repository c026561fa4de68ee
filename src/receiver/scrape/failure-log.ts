// `scrape_failure_log_file`: a line of JSON for every scrape that failed, as Prometheus writes them.
import { appendFile } from 'node:fs/promises';
import { messageOf } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';

export interface FailedScrape {
  readonly file: string;
  readonly timeMs: number;
  readonly job: string;
  readonly url: string;
  readonly error: string;
}

/** Lines come whole and in order; a file that cannot be written is said in our own log. */
export function createFailureLog(logger: Logger): (failed: FailedScrape) => void {
  let writing: Promise<void> = Promise.resolve();
  return ({ file, timeMs, job, url, error }) => {
    const time = new Date(timeMs).toISOString();
    const line = { time, level: 'ERROR', msg: error, job_name: job, target: url };
    writing = writing
      .then(() => appendFile(file, `${JSON.stringify(line)}\n`))
      .catch((problem: unknown) =>
        logger.warn('scrape_failure_log_file cannot be written', {
          file,
          error: messageOf(problem),
        }),
      );
  };
}
