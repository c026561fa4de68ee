// A target: a real HTTP server that shows pages and tells when it was asked.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface ShownPage {
  readonly status?: number;
  readonly contentType?: string;
  readonly body: string | Buffer;
}

export interface ScrapeTarget {
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** What it shows from now on. */
  page: ShownPage;
  readonly requests: readonly IncomingMessage[];
  /** Resolves when it has been asked `more` times from now on. */
  asked(more: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startScrapeTarget(first: ShownPage): Promise<ScrapeTarget> {
  const requests: IncomingMessage[] = [];
  let waiting: { at: number; resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    const { status = 200, contentType = 'text/plain; version=0.0.4', body } = target.page;
    const isZipped = request.headers['accept-encoding'] === 'gzip';
    response.writeHead(status, {
      'content-type': contentType,
      ...(isZipped ? { 'content-encoding': 'gzip' } : {}),
    });
    response.end(isZipped ? gzipSync(body) : body);
    for (const { at, resolve } of waiting) if (requests.length >= at) resolve();
    waiting = waiting.filter(({ at }) => requests.length < at);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const target: ScrapeTarget = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    page: first,
    requests,
    asked: (more) =>
      new Promise((resolve) => {
        waiting.push({ at: requests.length + more, resolve });
      }),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return target;
}
