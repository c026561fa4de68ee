// What a tail sends: lines by their labels, and which lines it had to leave out.
// https://grafana.com/docs/loki/latest/reference/loki-http-api/#stream-logs
import { type Labels, labelsKey, sortedLabels } from '#query/vector/value.ts';
import type { LogEntry } from '../eval/read-lines.ts';

/** A line that a client did not get because it reads too slowly. */
export interface DroppedEntry {
  readonly labels: Labels;
  readonly timeNano: bigint;
}

/** The kinds of labels told apart, as `categorize-labels` asks for, or not. */
export type TailEncoding = 'plain' | 'categorized';

/** So many lines in a message at most. */
export const messageEntriesMax = 500;

const encoder = new TextEncoder();

/** What waits for all clients together; a message that waits for many counts once. */
export interface TailBudget {
  bytes: number;
  readonly bytesMax: number;
}

/** Lines, encoded once for all who want them. */
export class TailMessage {
  readonly entries: readonly LogEntry[];
  /** Of each entry. */
  readonly keys: readonly bigint[];
  readonly #encoded = new Map<TailEncoding, Uint8Array>();
  /** Queues that it waits in. */
  readonly #waiting = new Map<TailEncoding, number>();

  constructor(entries: readonly LogEntry[], keys: readonly bigint[]) {
    this.entries = entries;
    this.keys = keys;
  }

  encode(encoding: TailEncoding): Uint8Array {
    const known = this.#encoded.get(encoding);
    if (known) return known;
    const made = encodeMessage(encodeStreams(this.entries, encoding), encoding);
    this.#encoded.set(encoding, made);
    return made;
  }

  /** One more queue has it; false when there is no room. */
  enter(encoding: TailEncoding, budget: TailBudget): boolean {
    const waiting = this.#waiting.get(encoding) ?? 0;
    const bytes = waiting === 0 ? this.encode(encoding).length : 0;
    if (budget.bytes > 0 && budget.bytes + bytes > budget.bytesMax) return false;
    budget.bytes += bytes;
    this.#waiting.set(encoding, waiting + 1);
    return true;
  }

  /** One of the queues has it no more. */
  leave(encoding: TailEncoding, budget: TailBudget): void {
    const waiting = (this.#waiting.get(encoding) ?? 0) - 1;
    this.#waiting.set(encoding, waiting);
    if (waiting === 0) budget.bytes -= this.encode(encoding).length;
  }
}

export function encodeDropped(
  dropped: readonly DroppedEntry[],
  encoding: TailEncoding,
): Uint8Array {
  const entries = dropped.map(({ labels, timeNano }) => ({
    timestamp: timeNano.toString(),
    labels,
  }));
  return encodeMessage([], encoding, entries);
}

function encodeMessage(
  streams: readonly object[],
  encoding: TailEncoding,
  dropped: readonly object[] | null = null,
): Uint8Array {
  const flags = encoding === 'plain' ? {} : { encodingFlags: ['categorize-labels'] };
  return encoder.encode(JSON.stringify({ streams, ...flags, dropped_entries: dropped }));
}

/** Streams in the order in which their first lines came. */
function encodeStreams(entries: readonly LogEntry[], encoding: TailEncoding): object[] {
  const streams = new Map<string, { stream: Labels; values: unknown[][] }>();
  for (const entry of entries) {
    const stream = encoding === 'plain' ? labelsOf(entry) : entry.stream;
    const key = labelsKey(stream);
    let found = streams.get(key);
    if (!found) {
      found = { stream, values: [] };
      streams.set(key, found);
    }
    const value: unknown[] = [entry.timeNano.toString(), entry.line];
    if (encoding === 'categorized') value.push(categoriesOf(entry));
    found.values.push(value);
  }
  return [...streams.values()];
}

export const labelsOf = ({ stream, metadata, parsed }: LogEntry): Labels =>
  sortedLabels(Object.entries({ ...stream, ...metadata, ...parsed }));

const hasAny = (labels: Labels): boolean => Object.keys(labels).length > 0;

const categoriesOf = ({ metadata, parsed }: LogEntry): object => ({
  ...(hasAny(metadata) ? { structuredMetadata: metadata } : {}),
  ...(hasAny(parsed) ? { parsed } : {}),
});
