// A faked Docker engine on a Unix socket: containers whose logs tests write, followed as
// `GET /containers/<id>/logs` does it. No container runs, nothing is checked.
import { createServer, type ServerResponse } from 'node:http';
import { formatRfc3339, parseRfc3339 } from '../../src/receiver/log-source/rfc3339.ts';

interface Message {
  readonly kind: 1 | 2;
  readonly timeNano: bigint;
  /** With its line feed, unless it is a part of a line. */
  readonly text: string;
}

interface Container {
  readonly isTerminal: boolean;
  readonly messages: Message[];
  readonly followers: Set<ServerResponse>;
}

export interface FakeDocker {
  readonly host: string;
  /** Of all calls. */
  readonly paths: readonly string[];
  add(id: string, options?: { readonly isTerminal?: boolean }): void;
  remove(id: string): void;
  write(id: string, kind: Message['kind'], time: string, text: string): void;
  /** Ends what follows it, as a container does that stops. */
  end(id: string): void;
  followers(id: string): number;
  close(): Promise<void>;
}

export async function startFakeDocker(socketPath: string): Promise<FakeDocker> {
  const containers = new Map<string, Container>();
  const paths: string[] = [];
  const send = (response: ServerResponse, { isTerminal }: Container, message: Message): void => {
    const text = Buffer.from(`${formatRfc3339(message.timeNano)} ${message.text}`);
    if (isTerminal) {
      response.write(text);
      return;
    }
    const header = Buffer.from([message.kind, 0, 0, 0, 0, 0, 0, 0]);
    header.writeUInt32BE(text.length, 4);
    response.write(Buffer.concat([header, text]));
  };
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    const url = new URL(request.url ?? '', 'http://fake');
    const [, , id = '', what] = url.pathname.split('/');
    const container = containers.get(id);
    if (!container) {
      response.writeHead(404).end(`{"message":"No such container: ${id}"}`);
    } else if (what === 'json') {
      response.end(JSON.stringify({ Id: id, Config: { Tty: container.isTerminal } }));
    } else {
      const [seconds = '0', nano = '0'] = (url.searchParams.get('since') ?? '').split('.');
      const since = BigInt(seconds) * 1_000_000_000n + BigInt(nano);
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).flushHeaders();
      for (const message of container.messages) {
        if (message.timeNano >= since) send(response, container, message);
      }
      container.followers.add(response);
      response.on('close', () => container.followers.delete(response));
    }
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const of = (id: string): Container => {
    const found = containers.get(id);
    if (!found) throw new Error(`no container ${id}`);
    return found;
  };
  const end = (id: string): void => {
    const { followers } = of(id);
    for (const response of followers) response.end();
    followers.clear();
  };
  return {
    host: `unix://${socketPath}`,
    paths,
    add: (id, { isTerminal = false } = {}) =>
      void containers.set(id, { isTerminal, messages: [], followers: new Set() }),
    remove: (id) => {
      end(id);
      containers.delete(id);
    },
    write: (id, kind, time, text) => {
      const container = of(id);
      const message = { kind, timeNano: parseRfc3339(time) ?? 0n, text };
      container.messages.push(message);
      for (const response of container.followers) send(response, container, message);
    },
    end,
    followers: (id) => of(id).followers.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
