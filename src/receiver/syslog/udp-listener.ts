// Syslog over UDP: one message per datagram. What comes faster than it is taken waits in a queue; what
// does not fit is counted and gone, as it is with UDP.
// https://www.rfc-editor.org/rfc/rfc5426
import { createSocket, type RemoteInfo } from 'node:dgram';
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
  const type = host === undefined || isIPv6(host) ? 'udp6' : 'udp4';
  const socket = createSocket({ type });
  const queue = new DatagramQueue(deps);
  socket.on('message', (bytes: Buffer, { address }: RemoteInfo) => queue.add({ bytes, address }));
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    const options = host === undefined ? { port } : { port, address: host };
    socket.bind(options, () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      resolve();
    });
  });
  growBuffer(() => socket.setRecvBufferSize(receiveBufferBytes));
  return {
    port: socket.address().port,
    close: async () => {
      await new Promise<void>((resolve) => socket.close(() => resolve()));
      await queue.empty();
    },
  };
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
