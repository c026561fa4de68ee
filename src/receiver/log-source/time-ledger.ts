// How far a source has read that can only be asked for lines since a time (Docker, Kubernetes). Per stream
// of lines (`stdout`, `stderr`) it is the time of the last line, and how many lines had that time: asked
// anew, the source sends some lines again, which are told from new ones by that.
import type { PositionStore, Receipt } from '#pipeline/log/entry.ts';
import { OrderedReceipts } from './ordered-receipts.ts';

interface Reached {
  readonly timeNano: bigint;
  /** Lines of exactly that time. */
  readonly lines: number;
}

type Marks = ReadonlyMap<string, Reached>;

interface Stream {
  reached: Reached;
  /** Lines of the time that was reached, since the last `restart`. */
  seen: number;
  /** Nothing new has come since the last `restart`. */
  isReplay: boolean;
}

export class TimeLedger {
  readonly #receipts: OrderedReceipts<Marks>;
  readonly #streams = new Map<string, Stream>();

  constructor(positions: PositionStore, key: string) {
    for (const [stream, reached] of parseMarks(positions.get(key)?.cursor ?? '')) {
      this.#streams.set(stream, { reached, seen: 0, isReplay: true });
    }
    this.#receipts = new OrderedReceipts((marks) =>
      positions.set(key, { offset: 0, identity: '', cursor: formatMarks(marks) }),
    );
  }

  /** Where to go on: lines of this time and later; undefined when nothing was read. */
  get sinceNano(): bigint | undefined {
    let since: bigint | undefined;
    for (const { reached } of this.#streams.values()) {
      if (since === undefined || reached.timeNano < since) since = reached.timeNano;
    }
    return since;
  }

  /** The source is asked anew, and may send again what it has sent. */
  restart(): void {
    for (const stream of this.#streams.values()) {
      stream.seen = 0;
      stream.isReplay = true;
    }
  }

  /** False for a line that was handed on before; a new one has to be handed on. */
  take(name: string, timeNano: bigint): boolean {
    const stream = this.#streams.get(name);
    if (!stream) {
      const reached = { timeNano, lines: 1 };
      this.#streams.set(name, { reached, seen: 1, isReplay: false });
      return true;
    }
    const { reached } = stream;
    if (timeNano > reached.timeNano) {
      stream.reached = { timeNano, lines: 1 };
      stream.seen = 1;
    } else if (timeNano === reached.timeNano) {
      if (++stream.seen <= reached.lines) return false;
      stream.reached = { timeNano, lines: stream.seen };
    } else if (stream.isReplay) return false;
    // Else a clock was set back: what comes while the source is being followed is new.
    stream.isReplay = false;
    return true;
  }

  /** Of the lines that were taken since the last call; the position moves when they are released. */
  begin(lines: number): Receipt {
    const marks = new Map([...this.#streams].map(([name, { reached }]) => [name, reached]));
    return this.#receipts.begin(marks, lines);
  }
}

/** Containers come and go: one that has no target and wrote nothing for so long is forgotten. */
const rememberedNano = 7n * 86_400n * 1_000_000_000n;

/** Of positions under the prefix; `keys` are those of the targets of now. */
export function forgetGone(
  positions: PositionStore,
  prefix: string,
  keys: ReadonlySet<string>,
  nowNano: bigint,
): void {
  for (const [key, { cursor }] of positions.list(prefix)) {
    if (keys.has(key)) continue;
    const isOld = parseMarks(cursor).every(
      ([, { timeNano }]) => timeNano < nowNano - rememberedNano,
    );
    if (isOld) positions.delete(key);
  }
}

const formatMarks = (marks: Marks): string =>
  [...marks].map(([name, { timeNano, lines }]) => `${name}=${timeNano}*${lines}`).join(' ');

const parseMarks = (text: string): [string, Reached][] =>
  [...text.matchAll(/(\w*)=(-?\d+)\*(\d+)/g)].map(([, name, timeNano, lines]) => [
    name as string,
    { timeNano: BigInt(timeNano as string), lines: Number(lines) },
  ]);
