// Syslog over UDP: one message per datagram. What comes faster than it is taken waits in a queue; what
// does not fit is counted and gone, as it is with UDP.
// https://www.rfc-editor.org/rfc/rfc5426
import { type BindOptions, createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { trimmed } from './framing.ts';
import type { ListenerDeps, OpenListener } from './tcp-listener.ts';

/** Of datagrams that wait, per listener. */
export const queueBytesMax = 4 << 20;
/** What the kernel holds for us meanwhile, if it lets us have so much. */
const receiveBufferBytes = 4 << 20;
/** Handed on together. */
const datagramsPerWrite = 512;

interface Datagram {
  readonly bytes: Buffer;
  readonly address: string;
}

export async function listenUdp(
  { host, port }: { readonly host: string | undefined; readonly port: number },
  deps: Omit<ListenerDeps, 'connectionsMax'>,
): Promise<OpenListener> {
  const queue = new DatagramQueue(deps);
  const socket = await bound(host, port);
  socket.on('message', (bytes: Buffer, { address }: RemoteInfo) => queue.add({ bytes, address }));
  growBuffer(() => socket.setRecvBufferSize(receiveBufferBytes));
  return {
    port: socket.address().port,
    close: async () => {
      await new Promise<void>((resolve) => socket.close(() => resolve()));
      await queue.empty();
    },
  };
}

/** Every interface is one of IPv6 that takes IPv4, too, or of IPv4 where there is no IPv6. */
async function bound(host: string | undefined, port: number): Promise<Socket> {
  if (host !== undefined) return bind(isIPv6(host) ? 'udp6' : 'udp4', { port, address: host });
  try {
    return await bind('udp6', { port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL') throw error;
    return bind('udp4', { port });
  }
}

function bind(type: 'udp4' | 'udp6', options: BindOptions): Promise<Socket> {
  const socket = createSocket({ type });
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind(options, () => {
      socket.removeAllListeners('error');
      socket.on('error', () => {});
      resolve(socket);
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

class DatagramQueue {
  readonly #deps: Omit<ListenerDeps, 'connectionsMax'>;
  #waiting: Datagram[] = [];
  #bytes = 0;
  #draining: Promise<void> | undefined;

  constructor(deps: Omit<ListenerDeps, 'connectionsMax'>) {
    this.#deps = deps;
  }

  add(datagram: Datagram): void {
    const { listener, instruments } = this.#deps;
    const { length } = datagram.bytes;
    if (length > listener.messageBytesMax) {
      instruments.refused('message_too_long');
      return;
    }
    if (this.#bytes + length > queueBytesMax) {
      instruments.refused('udp_queue_full');
      return;
    }
    this.#bytes += length;
    this.#waiting.push(datagram);
    this.#draining ??= this.#drain();
  }

  /** Resolves when nothing waits. */
  async empty(): Promise<void> {
    await this.#draining;
  }

  async #drain(): Promise<void> {
    const { intake, findPeer } = this.#deps;
    // What has come with it goes with it.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const address = this.#waiting[0]?.address;
      const peer = await findPeer(address);
      let count = 0;
      while (count < datagramsPerWrite && this.#waiting[count]?.address === address) count++;
      const taken = this.#waiting.splice(0, count);
      await intake.take(
        taken.map(({ bytes }) => trimmed(bytes)),
        peer,
      );
      for (const { bytes } of taken) this.#bytes -= bytes.length;
    }
    this.#draining = undefined;
  }
}
