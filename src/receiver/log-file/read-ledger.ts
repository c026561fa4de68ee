// What has been read of one file and how much of that is committed. The position in the store moves only
// over lines whose receipts are released, without a gap. Reads that are not committed are kept with it,
// each with the time that its lines got: after `kill -9` the same bytes are read as the same records,
// which the store counts once.
import type { PositionStore, Receipt, SourcePosition } from '#pipeline/log/entry.ts';
import type { ReadTimes } from '#pipeline/log/read-times.ts';

/** Bytes that were handed on together; the line at `from + n` has the time `timeNano + n`. */
interface Read {
  readonly from: number;
  readonly to: number;
  readonly timeNano: bigint;
  /** Receipts that somebody holds. */
  held: number;
}

/** More reads than this wait for nothing but their commit: the file waits, too. */
export const readsMax = 64;

export class ReadLedger {
  readonly #positions: PositionStore;
  readonly #key: string;
  readonly #times: ReadTimes;
  /** Not committed, in the order of the file. */
  #reads: Read[] = [];
  /** Of an earlier run of the program, to be read again. */
  #known: Read[] = [];
  #identity = '';
  #modifiedMs = 0;
  /** Bytes that were handed on. */
  #offset = 0;
  #onSettled: (() => void) | undefined;

  constructor(positions: PositionStore, key: string, times: ReadTimes) {
    this.#positions = positions;
    this.#key = key;
    this.#times = times;
  }

  /** Where the next line begins that was not handed on. */
  get offset(): number {
    return this.#offset;
  }

  get isFull(): boolean {
    return this.#reads.length >= readsMax;
  }

  /** Nothing is on its way. */
  get isSettled(): boolean {
    return this.#reads.length === 0;
  }

  /** Goes on where an earlier run was. */
  resume(position: SourcePosition): void {
    this.#offset = position.offset;
    this.#known = parseReads(position.cursor).filter(({ to }) => to > position.offset);
  }

  /** Another content: from `offset` on. What is on its way of the old one moves nothing any more. */
  restart(offset: number): void {
    this.#reads = [];
    this.#known = [];
    this.#offset = offset;
    this.#settle();
  }

  /** To be saved with every position from now on: which file, and when it was written to last. */
  identify(identity: string, modifiedMs: number): void {
    this.#identity = identity;
    this.#modifiedMs = modifiedMs;
  }

  /** On record from now on, though nothing is read of it yet: it is known to a next run. */
  announce(identity: string, modifiedMs: number): void {
    this.identify(identity, modifiedMs);
    this.#put();
    this.#positions.save();
  }

  /** How far the next read may go: reads of an earlier run are done again as they were. */
  get readUntil(): number {
    const known = this.#known[0];
    if (known === undefined) return Number.POSITIVE_INFINITY;
    return known.from > this.#offset ? known.from : known.to;
  }

  /**
   * The bytes from the offset to `to` are going to be handed on, as `lines` lines. Gives the time of the
   * first and the receipt of each; they are on record when it returns.
   */
  begin(to: number, lines: number): { readonly timeNano: bigint; readonly receipt: Receipt } {
    const from = this.#offset;
    const read: Read = { from, to, timeNano: this.#timeOf(from, to), held: lines };
    this.#offset = to;
    this.#reads.push(read);
    this.#put();
    this.#positions.save();
    return {
      timeNano: read.timeNano,
      receipt: {
        hold: () => {
          read.held++;
        },
        release: () => {
          if (--read.held === 0) this.#settle();
        },
      },
    };
  }

  /** Bytes that hold no line, as a byte order mark. */
  skip(to: number): void {
    this.#offset = to;
    this.#put();
  }

  /** Resolves when nothing is on its way. */
  settled(): Promise<void> {
    if (this.isSettled) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onSettled = resolve;
    });
  }

  #timeOf(from: number, to: number): bigint {
    const known = this.#known[0];
    if (known === undefined || known.from > from) return this.#times.take(to - from);
    if (to >= known.to) this.#known.shift();
    return known.timeNano + BigInt(from - known.from);
  }

  #settle(): void {
    const before = this.#reads.length;
    while (this.#reads.length > 0 && this.#reads[0]?.held === 0) this.#reads.shift();
    if (this.#reads.length !== before) this.#put();
    if (this.#reads.length > 0) return;
    this.#onSettled?.();
    this.#onSettled = undefined;
  }

  #put(): void {
    const offset = this.#reads[0]?.from ?? this.#offset;
    const cursor = formatCursor(this.#modifiedMs, [...this.#reads, ...this.#known]);
    this.#positions.set(this.#key, { offset, identity: this.#identity, cursor });
  }
}

const formatCursor = (modifiedMs: number, reads: readonly Read[]): string =>
  [modifiedMs, ...reads.map(({ from, to, timeNano }) => `${from}-${to}@${timeNano}`)].join(' ');

/** When the file was written to last, as far as its reader had seen. */
export const modifiedMsOf = ({ cursor }: SourcePosition): number =>
  Number.parseInt(cursor, 10) || 0;

/** Bytes that were handed on by an earlier run and are not committed. */
export function uncommittedBytes({ offset, cursor }: SourcePosition): number {
  return parseReads(cursor).reduce((bytes, { to }) => Math.max(bytes, to - offset), 0);
}

function parseReads(text: string): Read[] {
  return [...text.matchAll(/(\d+)-(\d+)@(\d+)/g)].map(([, from, to, timeNano]) => ({
    from: Number(from),
    to: Number(to),
    timeNano: BigInt(timeNano as string),
    held: 0,
  }));
}
