// Whether a server answers, asked from time to time: one that hangs takes connections, too.
import type { Connection } from './connection.ts';

export interface Watch {
  readonly isAnswering: boolean;
  stop(): void;
}

const intervalMs = 2000;
/** One that is missed may be a busy moment. */
const missedMax = 2;

export function watchConnection(connection: Pick<Connection, 'ping'>): Watch {
  let missed = 0;
  let isPinging = false;
  const timer = setInterval(async () => {
    // One at a time: those that a hanging server leaves unanswered would take all sockets.
    if (isPinging) return;
    isPinging = true;
    missed = (await connection.ping()) ? 0 : missed + 1;
    isPinging = false;
  }, intervalMs);
  timer.unref();
  return {
    get isAnswering() {
      return missed < missedMax;
    },
    stop: () => clearInterval(timer),
  };
}
