// A faked API server of Kubernetes that has nothing but logs of containers, which tests write.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakePodLogs {
  readonly url: string;
  /** Of all calls. */
  readonly paths: readonly string[];
  /** What a call is refused with. */
  refusal: { readonly status: number; readonly message: string } | undefined;
  /** `time` as the kubelet writes it, with nine digits. */
  write(key: string, time: string, text: string): void;
  /** Ends what follows it, as a container does that restarts. */
  end(key: string): void;
  followers(key: string): number;
  close(): Promise<void>;
}

const pathPattern = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/log$/;

/** Keys are `namespace/pod:container`. */
export async function startFakePodLogs(): Promise<FakePodLogs> {
  const logs = new Map<string, { readonly time: string; readonly text: string }[]>();
  const followers = new Map<string, Set<ServerResponse>>();
  const paths: string[] = [];
  const followersOf = (key: string): Set<ServerResponse> => {
    const found = followers.get(key) ?? new Set();
    followers.set(key, found);
    return found;
  };
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    const url = new URL(request.url ?? '', 'http://fake');
    const [, namespace, pod] = pathPattern.exec(url.pathname) ?? [];
    if (fake.refusal) {
      const { status, message } = fake.refusal;
      response.writeHead(status).end(JSON.stringify({ kind: 'Status', message, code: status }));
      return;
    }
    const key = `${namespace}/${pod}:${url.searchParams.get('container')}`;
    // As the kubelet: whole seconds only.
    const since = Math.floor(Date.parse(url.searchParams.get('sinceTime') ?? '') / 1000);
    response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders();
    for (const { time, text } of logs.get(key) ?? []) {
      const isBefore = Date.parse(time) / 1000 < since;
      if (!isBefore) response.write(`${time} ${text}\n`);
    }
    followersOf(key).add(response);
    response.on('close', () => followersOf(key).delete(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: FakePodLogs = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    paths,
    refusal: undefined,
    write: (key, time, text) => {
      logs.set(key, [...(logs.get(key) ?? []), { time, text }]);
      for (const response of followersOf(key)) response.write(`${time} ${text}\n`);
    },
    end: (key) => {
      for (const response of followersOf(key)) response.end();
      followersOf(key).clear();
    },
    followers: (key) => followersOf(key).size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
}
