// Keeps a copy of one kind of objects: lists them, then watches what changes.
// https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
import { messageOf, OperationError } from '#lib/errors.ts';
import type { HttpClient, HttpResponse } from '../http-client.ts';
import { rest } from '../refreshing.ts';
import { type KubernetesObject, keyOf } from './object.ts';

export interface ListWatchOptions {
  readonly client: HttpClient;
  /** Of the collection, without a query. */
  readonly url: string;
  readonly labelSelector: string;
  readonly fieldSelector: string;
  /** An object is new, other or gone. */
  readonly onChange: (key: string) => void;
  /** The first list is complete. */
  readonly onSynced: () => void;
  readonly onFailure: (error: unknown) => void;
}

const PAGE_OBJECTS = 500;
const WATCH_SECONDS = 300;
const WATCH_PAUSE_MS = 100;
const BACKOFF_FIRST_MS = 500;
const BACKOFF_MAX_MS = 30_000;
/** A list or an event larger than this is no answer of an API server. */
const BYTES_MAX = 256 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 60_000;

interface WatchEvent {
  readonly type: string;
  readonly object: KubernetesObject & { readonly code?: number; readonly message?: string };
}

/** The version is too old for the server: a new list is needed. */
class Expired extends Error {}

export class ListWatch {
  readonly objects = new Map<string, KubernetesObject>();
  readonly #options: ListWatchOptions;
  #version = '';
  #isSynced = false;

  constructor(options: ListWatchOptions) {
    this.#options = options;
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    let backoffMs = BACKOFF_FIRST_MS;
    while (!signal.aborted) {
      try {
        if (this.#version === '') await this.#list(signal);
        await this.#watch(signal);
        backoffMs = BACKOFF_FIRST_MS;
        // A server that ends every watch at once is not to be flooded.
        await rest(WATCH_PAUSE_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Expired) this.#version = '';
        else this.#options.onFailure(error);
        await rest(backoffMs, signal);
        backoffMs = Math.min(backoffMs * 2, BACKOFF_MAX_MS);
      }
    }
  }

  #url(parameters: Readonly<Record<string, string>>): string {
    const { url, labelSelector, fieldSelector } = this.#options;
    const query = new URLSearchParams(parameters);
    if (labelSelector !== '') query.set('labelSelector', labelSelector);
    if (fieldSelector !== '') query.set('fieldSelector', fieldSelector);
    return `${url}?${query}`;
  }

  async #list(signal: AbortSignal): Promise<void> {
    const seen = new Set<string>();
    let next = '';
    do {
      const parameters = { limit: String(PAGE_OBJECTS), ...(next !== '' && { continue: next }) };
      const response = await this.#options.client.request({
        url: this.#url(parameters),
        signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
        bodyBytesMax: BYTES_MAX,
      });
      const page = this.#parseList(response);
      for (const object of page.items ?? []) {
        seen.add(keyOf(object));
        this.#put(object);
      }
      next = page.metadata?.continue ?? '';
      if (next === '') this.#version = page.metadata?.resourceVersion ?? '0';
    } while (next !== '');
    for (const key of this.objects.keys()) if (!seen.has(key)) this.#remove(key);
    if (!this.#isSynced) this.#options.onSynced();
    this.#isSynced = true;
  }

  #parseList({ status, body }: HttpResponse) {
    // The continuation was too old.
    if (status === 410) throw new Expired();
    if (status !== 200) throw this.#failure(`it answered ${status} ${body.subarray(0, 200)}`);
    try {
      return JSON.parse(body.toString('utf8')) as {
        readonly items?: readonly KubernetesObject[];
        readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
      };
    } catch (error) {
      throw this.#failure(`the list is no JSON: ${messageOf(error)}`);
    }
  }

  /** Returns when the server ends the watch, which it does now and then. */
  async #watch(signal: AbortSignal): Promise<void> {
    const { client } = this.#options;
    // The server ends it first; this is for connections that died silently.
    const timeout = AbortSignal.timeout((WATCH_SECONDS + 30) * 1000);
    const response = await client.stream({
      url: this.#url({
        watch: '1',
        resourceVersion: this.#version,
        allowWatchBookmarks: 'true',
        timeoutSeconds: String(WATCH_SECONDS),
      }),
      signal: AbortSignal.any([signal, timeout]),
    });
    if (response.status === 410) throw new Expired();
    if (response.status !== 200) throw this.#failure(`the watch answered ${response.status}`);
    for await (const line of linesOf(response.body)) this.#take(line);
  }

  #take(line: string): void {
    let event: WatchEvent;
    try {
      event = JSON.parse(line) as WatchEvent;
    } catch (error) {
      throw this.#failure(`an event is no JSON: ${messageOf(error)}`);
    }
    const { type, object } = event;
    if (type === 'ERROR') {
      if (object.code === 410) throw new Expired();
      throw this.#failure(object.message ?? 'the watch failed');
    }
    this.#version = object.metadata.resourceVersion ?? this.#version;
    if (type === 'DELETED') this.#remove(keyOf(object));
    else if (type !== 'BOOKMARK') this.#put(object);
  }

  #put(object: KubernetesObject): void {
    const key = keyOf(object);
    const version = object.metadata.resourceVersion;
    const known = this.objects.get(key)?.metadata.resourceVersion;
    if (known !== undefined && known === version) return;
    this.objects.set(key, object);
    this.#options.onChange(key);
  }

  #remove(key: string): void {
    if (this.objects.delete(key)) this.#options.onChange(key);
  }

  #failure(why: string): OperationError {
    return new OperationError('discovery_failed', `cannot watch ${this.#options.url}: ${why}`, {
      retryable: true,
    });
  }
}

async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      parts.push(chunk.subarray(from, end));
      const line = Buffer.concat(parts).toString('utf8').trim();
      parts = [];
      bytes = 0;
      from = end + 1;
      if (line !== '') yield line;
    }
    parts.push(chunk.subarray(from));
    bytes += chunk.length - from;
    if (bytes > BYTES_MAX) throw new Error('an event without end');
  }
}
