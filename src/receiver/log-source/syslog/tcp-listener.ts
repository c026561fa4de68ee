// Syslog over TCP, or TLS: one framing per connection, which goes on after bad messages. A connection is
// read as fast as its lines are taken, so a sender waits when the store does.
// https://www.rfc-editor.org/rfc/rfc6587, https://www.rfc-editor.org/rfc/rfc5425
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { rest } from '#discovery/refreshing.ts';
import type { SyslogListener } from '#pipeline/log/collection-config.ts';
import { SyslogFraming } from './framing.ts';
import type { SyslogInstruments } from './instruments.ts';
import type { FindPeer } from './peer-names.ts';
import type { SyslogIntake } from './syslog-intake.ts';

export interface ListenerDeps {
  readonly listener: SyslogListener;
  readonly intake: SyslogIntake;
  readonly instruments: SyslogInstruments;
  readonly findPeer: FindPeer;
  /** Of one listener. */
  readonly connectionsMax: number;
}

/** An open listener. */
export interface OpenListener {
  readonly port: number;
  close(): Promise<void>;
}

/** What has arrived when the listener is closed is read for so long. */
const drainMs = 200;

export async function listenTcp(
  { host, port }: { readonly host: string | undefined; readonly port: number },
  deps: ListenerDeps,
): Promise<OpenListener> {
  const { tls } = deps.listener;
  const server = tls ? createTlsServer(await tlsOptions(tls)) : createServer();
  const sockets = new Set<Socket>();
  const serving = new Set<Promise<void>>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    if (sockets.size > deps.connectionsMax) {
      deps.instruments.refused('connections');
      socket.destroy();
      return;
    }
    const served = serve(socket, deps).finally(() => serving.delete(served));
    serving.add(served);
  });
  await opened(server, host, port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      const served = Promise.all(serving);
      const late = new AbortController();
      for (const socket of sockets) socket.end();
      await Promise.race([served, rest(drainMs, late.signal)]);
      late.abort();
      for (const socket of sockets) socket.destroy();
      await closed;
      await served;
    },
  };
}

function opened(server: Server, host: string | undefined, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      // Later ones are of single accepts: the next may succeed.
      server.on('error', () => {});
      resolve();
    });
  });
}

/** Read when the listener is opened. */
async function tlsOptions(files: NonNullable<SyslogListener['tls']>): Promise<TlsOptions> {
  const [cert, key, ca] = await Promise.all(
    [files.certFile, files.keyFile, files.caFile].map((file) =>
      file === '' ? undefined : readFile(file),
    ),
  );
  // With an authority, senders have to show a certificate of it.
  return ca ? { cert, key, ca, requestCert: true, rejectUnauthorized: true } : { cert, key };
}

/** Resolves when the connection has ended, however. */
async function serve(socket: Socket, deps: ListenerDeps): Promise<void> {
  const { listener, intake, instruments } = deps;
  instruments.connections(1);
  const framing = new SyslogFraming({
    bytesMax: listener.messageBytesMax,
    isRaw: listener.format === 'raw',
    onTooLong: () => instruments.refused('message_too_long'),
  });
  if (listener.idleMsMax > 0) {
    socket.setTimeout(listener.idleMsMax);
    socket.on('timeout', () => {
      // It may be we who do not read.
      if (socket.readableLength > 0) return;
      instruments.refused('idle');
      socket.destroy();
    });
  }
  const remote = socket.remoteAddress;
  const peer = await deps.findPeer(remote);
  try {
    for await (const chunk of socket) await intake.take(framing.push(chunk as Buffer), peer);
  } catch {
    // The connection broke; what was sent whole is taken.
  } finally {
    await intake.take(framing.end(), peer);
    instruments.connections(-1);
    socket.destroy();
  }
}
