// Lines out of what Docker sends with `timestamps=1`. A message is `<time> <text>`; Docker cuts lines at 16
// KiB into messages of their own, of which only the last ends with a line feed: they are put together, under
// the time of the first.
import { betweenCharacters } from '../line-cutter.ts';
import { splitTime } from '../rfc3339.ts';
import type { TimedLine } from '../timed-intake.ts';
import type { Frame } from './multiplexed.ts';

interface OpenLine {
  readonly timeNano: bigint;
  readonly parts: Buffer[];
  bytes: number;
}

const LF = 10;

export class ContainerLines {
  readonly #lineBytesMax: number;
  readonly #timeOfUntimed: () => bigint;
  readonly #open = new Map<string, OpenLine>();

  /** `timeOfUntimed` gives the time of a message that comes without one. */
  constructor(lineBytesMax: number, timeOfUntimed: () => bigint) {
    this.#lineBytesMax = lineBytesMax;
    this.#timeOfUntimed = timeOfUntimed;
  }

  /** The lines that end with this frame, which holds whole messages. */
  push({ stream, bytes }: Frame): TimedLine[] {
    const lines: TimedLine[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf(LF, at);
      const isWhole = end >= 0;
      this.#take(stream, bytes.subarray(at, isWhole ? end : bytes.length), isWhole, lines);
      at = isWhole ? end + 1 : bytes.length;
    }
    return lines;
  }

  /** The stream has ended: lines without an end are lines. */
  end(): TimedLine[] {
    const lines = [...this.#open].map(([stream, open]) => toLine(stream, open));
    this.#open.clear();
    return lines;
  }

  #take(stream: string, message: Buffer, isWhole: boolean, lines: TimedLine[]): void {
    const { timeNano, text } = splitTime(message);
    let open = this.#open.get(stream);
    if (!open) {
      open = { timeNano: timeNano ?? this.#timeOfUntimed(), parts: [], bytes: 0 };
      this.#open.set(stream, open);
    }
    let rest = text;
    while (open.bytes + rest.length > this.#lineBytesMax) {
      const cut = betweenCharacters(rest, this.#lineBytesMax - open.bytes);
      open.parts.push(rest.subarray(0, cut));
      lines.push(toLine(stream, open));
      rest = rest.subarray(cut);
      open.parts.length = 0;
      open.bytes = 0;
    }
    open.parts.push(Buffer.from(rest));
    open.bytes += rest.length;
    if (!isWhole) return;
    lines.push(toLine(stream, open));
    this.#open.delete(stream);
  }
}

function toLine(stream: string, { timeNano, parts }: OpenLine): TimedLine {
  const line = Buffer.concat(parts).toString('utf8');
  return { stream, timeNano, line: line.endsWith('\r') ? line.slice(0, -1) : line };
}
