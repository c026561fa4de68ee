// Something that takes alerts as an Alertmanager does, and remembers them.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SentAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
}

export interface FakeAlertmanager {
  readonly address: string;
  readonly requests: readonly { readonly path: string; readonly alerts: readonly SentAlert[] }[];
  /** The status of the answers from now on. */
  answerWith(status: number): void;
  stop(): Promise<void>;
}

export async function startFakeAlertmanager(): Promise<FakeAlertmanager> {
  const requests: { path: string; alerts: SentAlert[] }[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      requests.push({ path: request.url ?? '', alerts: JSON.parse(body) as SentAlert[] });
      response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    requests,
    answerWith: (next) => {
      status = next;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
