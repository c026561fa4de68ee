// The request for a page.
import { STATUS_CODES } from 'node:http';
import type { HttpClient } from '#discovery/http-client.ts';
import { InputError, messageOf, OperationError } from '#lib/errors.ts';
import type { ScrapeConfig } from '#prometheus-config/config.ts';
import { acceptHeader } from './accept.ts';
import type { Target } from './target.ts';
import { within } from './timer.ts';

export interface FetchedPage {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

export type FetchPage = (target: Target, signal: AbortSignal) => Promise<FetchedPage>;

/** Whether it was refused for its size: `scrape_body_size_bytes` says -1 then. */
export const isBodyTooLarge = (error: unknown): boolean =>
  error instanceof OperationError && error.code === 'http_answer_too_large';

/** Throws OperationError and InputError: what the target's `lastError` says. */
export function pageFetcher(
  client: HttpClient,
  config: ScrapeConfig,
  userAgent: string,
): FetchPage {
  const accept = acceptHeader(config.scrapeProtocols, config.metricNameEscaping);
  const bodyBytesMax = config.bodySizeLimitBytes;
  return async (target, signal) => {
    const headers = {
      accept,
      'accept-encoding': config.enableCompression ? 'gzip' : 'identity',
      'user-agent': userAgent,
      'x-prometheus-scrape-timeout-seconds': String(target.timeoutMs / 1000),
    };
    const response = await within(target.timeoutMs, signal, async (either) => {
      const request = { url: target.url, headers, signal: either, bodyBytesMax };
      return client.request(request).catch((error: unknown) => {
        if (either.aborted && !signal.aborted) throw timeoutError(target, error);
        if (isBodyTooLarge(error)) throw sizeError(bodyBytesMax, error);
        throw error;
      });
    });
    if (response.status !== 200) {
      const status = `${response.status} ${STATUS_CODES[response.status] ?? ''}`.trim();
      throw new InputError('scrape_status', `server returned HTTP status ${status}`);
    }
    return { bytes: response.body, contentType: response.headers['content-type'] ?? '' };
  };
}

const timeoutError = (target: Target, cause: unknown): OperationError =>
  new OperationError(
    'scrape_timeout',
    `no answer from ${target.url} within the scrape timeout of ${target.timeoutMs / 1000} s`,
    { retryable: true, cause },
  );

const sizeError = (limit: number, error: unknown): OperationError =>
  new OperationError(
    'http_answer_too_large',
    `body_size_limit exceeded (limit: ${limit} bytes): ${messageOf(error)}`,
    { retryable: false, cause: error },
  );
