// A page that a program of ours scrapes: for questions about what only scraping brings, such as the
// metadata of metrics.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { OperationError } from '#lib/errors.ts';
import { request } from './http.ts';
import type { RunningTarget, Target } from './target.ts';

/** Where the recorded Prometheus found its page; the answers name it. */
const port = 33_092;
const pollMs = 200;
const polls = 150;

/** A prometheus.yml that scrapes the page. */
export const scrapeConfig = `global: { scrape_interval: 1s }
scrape_configs:
  - job_name: meta
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]
`;

/** Serves the page, starts the program, and waits for the first scrape. */
export async function startScraped(
  page: string,
  start: () => Promise<RunningTarget>,
): Promise<RunningTarget> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    response.end(page);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const closePage = (): void => {
    server.closeAllConnections();
    server.close();
  };
  try {
    const running = await start();
    await firstScrape(running.target);
    const stop = async (): Promise<void> => {
      await running.stop();
      closePage();
    };
    return { target: running.target, stop };
  } catch (error) {
    closePage();
    throw error;
  }
}

async function firstScrape({ prometheus }: Target): Promise<void> {
  const asked = { path: '/api/v1/query', params: [['query', 'up{job="meta"} == 1']] } as const;
  for (let i = 0; i < polls; i++) {
    const { body } = await request(prometheus, asked);
    if (body.includes('"meta"')) return;
    await delay(pollMs);
  }
  throw new OperationError('conformance_target', `${prometheus} does not scrape its page`, {
    retryable: false,
  });
}
