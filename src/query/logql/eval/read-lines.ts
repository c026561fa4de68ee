// A log query: the lines of a time range that pass the pipeline, in order, up to a limit. Read from
// the wanted end in windows that widen, so that the newest lines of a large table come at once.
import type { Labels } from '#query/vector/value.ts';
import type { Direction, LogScan, PageEnd } from '../compile/logs.ts';
import { compileStages } from '../compile/pipeline.ts';
import { checkAnswerBytes, type LogqlLimits } from '../limits.ts';
import type { StageRun } from '../stage/entry.ts';
import { compilePipeline, definitionOf } from '../stage/index.ts';
import type { LogExpr } from '../syntax/ast.ts';
import { printStage } from '../syntax/print.ts';
import {
  checkDeadline,
  countLine,
  type QueryContext,
  requirePushDown,
  withSettings,
} from './context.ts';
import type { StreamsById } from './lines.ts';
import { readPage } from './read-page.ts';
import { selectStreamsOf } from './selection.ts';

export interface LogEntry {
  readonly timeNano: bigint;
  readonly line: string;
  readonly stream: Labels;
  readonly metadata: Labels;
  readonly parsed: Labels;
}

export interface LogRequest {
  readonly fromNano: bigint;
  /** Exclusive. */
  readonly toNano: bigint;
  readonly direction: Direction;
  readonly limit: number;
  /** Entries closer together than this within a stream are left out; 0 leaves none out. */
  readonly intervalNano: bigint;
  /** Only lines behind this one. */
  readonly after?: PageEnd | undefined;
}

export interface LogPage {
  readonly entries: readonly LogEntry[];
  /** The last line, where the limit was reached: there may be more behind it. */
  readonly end: PageEnd | undefined;
}

const firstWindowNano = 10_000_000_000n;
const pageMin = 500;
/** Lines that are held at a time. */
const pageMax = 20_000;

export async function readLines(
  context: QueryContext,
  query: LogExpr,
  asked: LogRequest,
): Promise<LogPage> {
  const request = behind(asked);
  const { fromNano, toNano } = request;
  if (fromNano >= toNano) return { entries: [], end: undefined };
  const window = { tenant: context.tenant, fromNano, toNano: toNano - 1n };
  const { log, streams, hints } = await selectStreamsOf(context, query, window);
  context.stats.scans++;
  if (streams.length === 0) return { entries: [], end: undefined };
  const compiled =
    context.pushDown === 'never'
      ? { conditions: [], residual: log.stages }
      : compileStages(log.stages, streams);
  const unanswered = compiled.residual[0];
  requirePushDown(context, !unanswered, unanswered ? printStage(unanswered) : '');
  if (!unanswered && context.pushDown !== 'never') context.stats.scansPushedDown++;
  const scan: Omit<LogScan, 'fromNano' | 'toNano'> = {
    tenant: context.tenant,
    matchers: log.matchers,
    streams,
    conditions: [...hints, ...compiled.conditions],
  };
  const sink = new EntrySink(request, compilePipeline(log.stages), context.limits);
  const byId = new Map(streams.map((stream) => [stream.id, stream]));
  const isRare =
    hints.length > 0 ||
    log.stages.some(
      (stage) => !compiled.residual.includes(stage) && definitionOf(stage).isRare?.(stage),
    );
  const ranges = isRare ? [{ fromNano, toNano }] : widening(request);
  const reading = isRare ? withSettings(context, indexSettings) : context;
  for (const range of ranges) {
    const end = await readWindow(reading, { ...scan, ...range }, byId, sink);
    if (end) return { entries: sink.entries, end };
  }
  return { entries: sink.entries, end: undefined };
}

/** The index of ids is read whole for each needle: its blocks stay in memory. */
const indexSettings = { use_uncompressed_cache: 1, use_skip_indexes_on_data_read: 0 } as const;

/** The part of the time range that is behind the line where the page before ended. */
function behind(request: LogRequest): LogRequest {
  const { after, direction, fromNano, toNano } = request;
  if (!after) return request;
  const { timeNano } = after;
  if (direction === 'backward') {
    return timeNano < toNano ? { ...request, toNano: timeNano + 1n } : request;
  }
  return timeNano > fromNano ? { ...request, fromNano: timeNano } : request;
}

/** The time range in pieces, from the wanted end on, each ten times as long as the one before. */
function* widening({ fromNano, toNano, direction }: LogRequest) {
  let size = firstWindowNano;
  if (direction === 'backward') {
    for (let end = toNano; end > fromNano; size *= 10n) {
      const start = end - size > fromNano ? end - size : fromNano;
      yield { fromNano: start, toNano: end };
      end = start;
    }
    return;
  }
  for (let start = fromNano; start < toNano; size *= 10n) {
    const end = start + size < toNano ? start + size : toNano;
    yield { fromNano: start, toNano: end };
    start = end;
  }
}

/** Reads a window page by page; gives the last line when no more are wanted. */
async function readWindow(
  context: QueryContext,
  scan: LogScan,
  streams: StreamsById,
  sink: EntrySink,
): Promise<PageEnd | undefined> {
  const { direction } = sink;
  let { after } = sink;
  for (;;) {
    checkDeadline(context);
    const limit = Math.min(Math.max(sink.wanted, sink.hasPassedAll ? 1 : pageMin), pageMax);
    const page = await readPage(context, scan, { direction, limit, after });
    for (const [entry, place] of page.lines(streams)) {
      countLine(context, entry.line);
      if (!sink.offer(entry)) return place;
    }
    if (!page.end) return undefined;
    after = page.end;
  }
}

/** Runs the pipeline and keeps what passes, up to the limit. */
class EntrySink {
  readonly entries: LogEntry[] = [];
  readonly #request: LogRequest;
  readonly #pipeline: StageRun;
  readonly #limits: LogqlLimits;
  #bytes = 0;
  readonly #lastByStream = new Map<string, bigint>();
  /** Whether every line so far passed: then a page need not be longer than what is wanted. */
  hasPassedAll = true;

  constructor(request: LogRequest, pipeline: StageRun, limits: LogqlLimits) {
    this.#request = request;
    this.#pipeline = pipeline;
    this.#limits = limits;
  }

  get direction(): Direction {
    return this.#request.direction;
  }

  get after(): PageEnd | undefined {
    return this.#request.after;
  }

  get wanted(): number {
    return this.#request.limit - this.entries.length;
  }

  /** False when that was the last one. */
  offer(entry: Parameters<StageRun>[0]): boolean {
    if (!this.#pipeline(entry)) {
      this.hasPassedAll = false;
      return true;
    }
    const { stream, metadata, parsed } = entry.labels.byKind();
    const kept = { timeNano: entry.timeNano, line: entry.line, stream, metadata, parsed };
    if (this.#isTooClose(kept)) this.hasPassedAll = false;
    else {
      this.entries.push(kept);
      this.#bytes += kept.line.length;
      checkAnswerBytes(this.#bytes, this.#limits);
    }
    return this.wanted > 0;
  }

  #isTooClose({ timeNano, stream, metadata, parsed }: LogEntry): boolean {
    const { intervalNano, direction } = this.#request;
    if (intervalNano === 0n) return false;
    const key = JSON.stringify([stream, metadata, parsed]);
    const last = this.#lastByStream.get(key);
    if (last !== undefined) {
      const distance = direction === 'forward' ? timeNano - last : last - timeNano;
      if (distance < intervalNano) return true;
    }
    this.#lastByStream.set(key, timeNano);
    return false;
  }
}
