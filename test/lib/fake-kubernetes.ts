// A faked API server of Kubernetes: lists and watches of objects that tests put and remove. It has
// versions, bookmarks, pages and expiry; it checks nothing.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

interface Watcher {
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly response: ServerResponse;
}

export interface FakeKubernetes {
  readonly url: string;
  /** Paths with queries, of all calls. */
  readonly calls: readonly string[];
  /** The Authorization headers of all calls. */
  readonly tokens: readonly (string | undefined)[];
  put(resource: string, object: FakeObject): void;
  remove(resource: string, object: FakeObject): void;
  bookmark(): void;
  /** Forgets all events: watches end with the event that their version is too old. */
  expire(): void;
  /** Resolves when somebody calls. */
  nextCall(): Promise<void>;
  /** Ends all watches without a word. */
  endWatches(): void;
  failing: boolean;
  pageObjects: number;
  close(): Promise<void>;
}

const pathPattern = /^\/apis?\/(?:v1|[a-z.0-9]+\/v1)(?:\/namespaces\/([^/]+))?\/([a-z]+)$/;

export async function startFakeKubernetes(): Promise<FakeKubernetes> {
  const objects = new Map<string, Map<string, FakeObject>>();
  const watchers = new Set<Watcher>();
  const calls: string[] = [];
  const tokens: (string | undefined)[] = [];
  const events: { version: number; type: string; resource: string; object: FakeObject }[] = [];
  const callers: (() => void)[] = [];
  let version = 100;
  /** Older events are forgotten. */
  let firstVersion = 100;

  const keyOf = ({ metadata }: FakeObject): string => `${metadata.namespace}/${metadata.name}`;
  const sendTo = (watcher: Watcher, { type, resource, object }: (typeof events)[number]): void => {
    const isSeen =
      watcher.resource === resource &&
      (watcher.namespace === undefined || watcher.namespace === object.metadata.namespace);
    if (isSeen) watcher.response.write(`${JSON.stringify({ type, object })}\n`);
  };
  const send = (type: string, resource: string, object: FakeObject): void => {
    const event = { version, type, resource, object };
    events.push(event);
    for (const watcher of watchers) sendTo(watcher, event);
  };
  const endWith = (watcher: Watcher, last: string): void => {
    watchers.delete(watcher);
    watcher.response.end(last);
  };
  const status = { kind: 'Status', code: 410, message: 'too old resource version' };
  const expired = `${JSON.stringify({ type: 'ERROR', object: status })}\n`;
  const listOf = (resource: string, namespace: string | undefined): FakeObject[] =>
    [...(objects.get(resource)?.values() ?? [])].filter(
      ({ metadata }) => namespace === undefined || metadata.namespace === namespace,
    );

  const server = createServer((request, response) => {
    calls.push(request.url ?? '');
    tokens.push(request.headers.authorization);
    for (const wake of callers.splice(0)) wake();
    const url = new URL(request.url ?? '', 'http://fake');
    const match = pathPattern.exec(url.pathname);
    if (fake.failing || !match) {
      response.writeHead(fake.failing ? 500 : 404).end('{"kind":"Status"}');
      return;
    }
    const [, namespace, resource = ''] = match;
    if (url.searchParams.get('watch') === '1') {
      const watcher = { resource, namespace, response };
      watchers.add(watcher);
      response.on('close', () => watchers.delete(watcher));
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      const since = Number(url.searchParams.get('resourceVersion'));
      if (since < firstVersion) endWith(watcher, expired);
      else for (const event of events) if (event.version > since) sendTo(watcher, event);
      return;
    }
    const all = listOf(resource, namespace);
    const from = Number(url.searchParams.get('continue') ?? 0);
    const to = from + fake.pageObjects;
    const metadata = {
      resourceVersion: String(version),
      ...(to < all.length && { continue: String(to) }),
    };
    response.end(JSON.stringify({ metadata, items: all.slice(from, to) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const fake: FakeKubernetes = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    tokens,
    failing: false,
    pageObjects: 500,
    put: (resource, object) => {
      const ofResource = objects.get(resource) ?? new Map<string, FakeObject>();
      objects.set(resource, ofResource);
      const type = ofResource.has(keyOf(object)) ? 'MODIFIED' : 'ADDED';
      const resourceVersion = String(++version);
      const stored = { ...object, metadata: { ...object.metadata, resourceVersion } };
      ofResource.set(keyOf(object), stored);
      send(type, resource, stored);
    },
    remove: (resource, object) => {
      objects.get(resource)?.delete(keyOf(object));
      const resourceVersion = String(++version);
      const metadata = { ...object.metadata, resourceVersion };
      send('DELETED', resource, { ...object, metadata });
    },
    bookmark: () => {
      const metadata = { name: '', resourceVersion: String(++version) };
      const line = `${JSON.stringify({ type: 'BOOKMARK', object: { metadata } })}\n`;
      for (const { response } of watchers) response.write(line);
    },
    expire: () => {
      events.length = 0;
      firstVersion = ++version;
      for (const watcher of watchers) endWith(watcher, expired);
    },
    nextCall: () => new Promise((resolve) => callers.push(resolve)),
    endWatches: () => {
      for (const watcher of watchers) endWith(watcher, '');
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
}
