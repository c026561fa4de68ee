// A server that answers what the web UI asks, from made-up telemetry in the recorded shapes of the
// APIs, and serves the built UI. For tests of layout and for work on the UI without an engine.
// Everything depends on the seed and on the times asked for alone.

import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { logAnswer } from './web-fixture-logs.ts';
import { metricAnswer } from './web-fixture-metrics.ts';
import { statusAnswer } from './web-fixture-status.ts';
import { traceAnswer } from './web-fixture-traces.ts';

export interface WebFixture {
  readonly url: string;
  stop(): Promise<void>;
}

/** A JSON body with its status; undefined passes the request on. */
export interface FixtureAnswer {
  readonly status?: number;
  readonly body: unknown;
}

export interface WebFixtureOptions {
  /** Where `vite build` put the UI. */
  readonly webDir: string;
  /** A path before everything, as behind a proxy: `/observe`. */
  readonly prefix?: string;
  /** Answers nothing until told to, so that tests can see progress and cancel. */
  readonly hold?: (path: string) => Promise<void> | undefined;
}

export async function startWebFixture(options: WebFixtureOptions): Promise<WebFixture> {
  const server = createServer((request, response) => {
    respond(request, response, options).catch(() => {
      response.statusCode = 500;
      response.end('{"error":"The fixture failed."}');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { webDir, hold, prefix = '' }: WebFixtureOptions,
): Promise<void> {
  const path = request.url ?? '/';
  if (!path.startsWith(prefix)) {
    response.writeHead(404).end();
    return;
  }
  const url = new URL(path.slice(prefix.length), 'http://fixture');
  await hold?.(url.pathname);
  const answer = answerOf(url);
  if (answer !== undefined) {
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
    return;
  }
  await sendFile(response, webDir, url.pathname);
}

function answerOf(url: URL): FixtureAnswer | undefined {
  const { pathname, searchParams } = url;
  const under = (prefix: string): string | undefined =>
    pathname.startsWith(prefix) ? pathname.slice(prefix.length) : undefined;
  const prometheus = under('/prometheus/api/v1/');
  if (prometheus !== undefined) return metricAnswer(prometheus, searchParams);
  const loki = under('/loki/api/v1/');
  if (loki !== undefined) return logAnswer(loki, searchParams);
  const tempo = under('/tempo/api/');
  if (tempo !== undefined) return traceAnswer(tempo, searchParams);
  return pathname === '/api/status' ? statusAnswer() : undefined;
}

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** Pages of the UI have no file of their own: they get index.html. */
async function sendFile(response: ServerResponse, webDir: string, path: string): Promise<void> {
  const isPage = extname(path) === '';
  const file = join(webDir, isPage ? 'index.html' : normalize(path));
  const bytes = await readFile(file);
  response.writeHead(200, { 'content-type': contentTypes[extname(file)] ?? 'text/plain' });
  response.end(bytes);
}
