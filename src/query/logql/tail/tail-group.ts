// All clients that follow the same query: its lines are looked at once for all of them.
import type { Clock } from '#lib/clock.ts';
import type { Block } from '#store/contract.ts';
import type { Stream } from '../compile/stream.ts';
import { entriesOf } from '../eval/lines.ts';
import type { LogEntry } from '../eval/read-lines.ts';
import type { StageRun } from '../stage/entry.ts';
import type { FeedListener } from './live-feed.ts';
import { messageEntriesMax, TailMessage } from './message.ts';
import { entryKey, RecentKeys } from './recent.ts';
import type { TailQuery } from './tail-query.ts';

export interface GroupMember {
  take(message: TailMessage): void;
  miss(lines: number): void;
}

/** Lines that are remembered so that none is shown twice. */
const recentMax = 100_000;

export class TailGroup implements FeedListener {
  readonly tenant: string;
  readonly query: TailQuery;
  readonly members = new Set<GroupMember>();
  readonly #pipeline: StageRun;
  readonly #recent = new RecentKeys(recentMax);

  constructor(tenant: string, query: TailQuery) {
    this.tenant = tenant;
    this.query = query;
    this.#pipeline = query.createPipeline();
  }

  wants(stream: Stream): boolean {
    return this.query.matches(stream);
  }

  take(block: Block, streams: ReadonlyMap<bigint, Stream>): void {
    const entries: LogEntry[] = [];
    for (const entry of entriesOf(block, streams)) {
      if (!this.#pipeline(entry)) continue;
      entries.push({ timeNano: entry.timeNano, line: entry.line, ...entry.labels.byKind() });
    }
    this.show(entries);
  }

  /** Lines after the pipeline, however they were found; those that were there are passed over. */
  show(entries: readonly LogEntry[]): void {
    const fresh: LogEntry[] = [];
    const keys: bigint[] = [];
    for (const entry of entries) {
      const key = entryKey(entry);
      if (!this.#recent.add(key)) continue;
      fresh.push(entry);
      keys.push(key);
    }
    for (let from = 0; from < fresh.length; from += messageEntriesMax) {
      const to = from + messageEntriesMax;
      const message = new TailMessage(fresh.slice(from, to), keys.slice(from, to));
      for (const member of this.members) member.take(message);
    }
  }

  miss(lines: number): void {
    for (const member of this.members) member.miss(lines);
  }
}

export interface TailMemberDeps {
  readonly clock: Clock;
  /** Gets what the client is to see. */
  readonly emit: (message: TailMessage) => void;
  readonly onMiss: (lines: number) => void;
  /** Lines that may wait for the history, by the queue's limit. */
  readonly earlyBytesMax: number;
}

/** A line may be seen in the store before the commit is known here; not much later. */
const overlapMs = 60_000;

/** Joins the lines of the past and those of now: what was read is not shown again when it comes. */
export class TailMember implements GroupMember {
  readonly #deps: TailMemberDeps;
  #early: TailMessage[] | undefined = [];
  #earlyBytes = 0;
  #seen = new Set<bigint>();
  #seenUntilMs = 0;

  constructor(deps: TailMemberDeps) {
    this.#deps = deps;
  }

  take(message: TailMessage): void {
    if (!this.#early) {
      this.#emit(message);
      return;
    }
    const bytes = message.entries.reduce((sum, { line }) => sum + line.length, 0);
    if (this.#earlyBytes > 0 && this.#earlyBytes + bytes > this.#deps.earlyBytesMax) {
      this.miss(message.entries.length);
      return;
    }
    this.#earlyBytes += bytes;
    this.#early.push(message);
  }

  miss(lines: number): void {
    this.#deps.onMiss(lines);
  }

  /** The lines of the past, oldest first; after them what came while they were read. */
  begin(history: readonly LogEntry[]): void {
    const keys = history.map(entryKey);
    for (let from = 0; from < history.length; from += messageEntriesMax) {
      const to = from + messageEntriesMax;
      this.#deps.emit(new TailMessage(history.slice(from, to), keys.slice(from, to)));
    }
    this.#seen = new Set(keys);
    this.#seenUntilMs = this.#deps.clock.monotonicMs() + overlapMs;
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const message of early) this.#emit(message);
  }

  #emit(message: TailMessage): void {
    if (this.#seen.size > 0 && this.#deps.clock.monotonicMs() > this.#seenUntilMs) {
      this.#seen = new Set();
    }
    const isSeen = (key: bigint): boolean => this.#seen.has(key);
    if (this.#seen.size === 0 || !message.keys.some(isSeen)) {
      this.#deps.emit(message);
      return;
    }
    const left = message.keys.map((key, i) => ({ key, i })).filter(({ key }) => !isSeen(key));
    if (left.length === 0) return;
    const entries = left.map(({ i }) => message.entries[i] as LogEntry);
    this.#deps.emit(
      new TailMessage(
        entries,
        left.map(({ key }) => key),
      ),
    );
  }
}
