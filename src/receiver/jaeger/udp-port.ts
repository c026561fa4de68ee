// One UDP port that is received on.
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { OperationError } from '#lib/errors.ts';

export interface UdpPort {
  readonly port: number;
  close(): Promise<void>;
}

/** What the kernel holds for us meanwhile, if it lets us have so much. */
const receiveBufferBytes = 4 << 20;

/** Port 0 takes a free one. Throws OperationError `jaeger_port`. */
export function openUdp(
  host: string,
  port: number,
  receive: (bytes: Uint8Array) => void,
): Promise<UdpPort> {
  const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4' });
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException): void => {
      socket.close();
      const isTaken = cause.code === 'EADDRINUSE';
      const reason = isTaken
        ? 'another program has the port; stop it, or move all ports with --port-offset'
        : cause.message;
      const message = `cannot listen on ${host}:${port}/udp: ${reason}`;
      reject(new OperationError('jaeger_port', message, { retryable: false, cause }));
    };
    if (port > 65_535) {
      fail(new Error('there is no such port; correct --port-offset'));
      return;
    }
    socket.once('error', fail);
    socket.bind({ address: host, port }, () => {
      socket.off('error', fail);
      // Of single datagrams: the next may be received.
      socket.on('error', () => {});
      socket.on('message', receive);
      growBuffer(() => socket.setRecvBufferSize(receiveBufferBytes));
      resolve({
        port: socket.address().port,
        close: () => new Promise((done) => socket.close(() => done())),
      });
    });
  });
}

/** The kernel may allow no more than it has given. */
function growBuffer(grow: () => void): void {
  try {
    grow();
  } catch {
    // The usual size serves.
  }
}
