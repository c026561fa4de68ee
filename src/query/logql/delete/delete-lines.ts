// Deletes the lines that a query selects: in the engine alone where it can check the whole pipeline, else
// line by line, as the pipeline says here.
import { InputError } from '#lib/errors.ts';
import type { LogDeletion, StoreAdmin, StoreReader } from '#store/contract.ts';
import { valueAt } from '#store/native/row.ts';
import { check } from '../check/check.ts';
import { type PageEnd, selectLines } from '../compile/logs.ts';
import { compileStages } from '../compile/pipeline.ts';
import type { Stream } from '../compile/stream.ts';
import type { QueryContext } from '../eval/context.ts';
import { entriesOf } from '../eval/lines.ts';
import { selectStreamsOf } from '../eval/selection.ts';
import { newStats } from '../eval/stats.ts';
import { defaultLogqlLimits } from '../limits.ts';
import type { StageRun } from '../stage/entry.ts';
import { compilePipeline } from '../stage/index.ts';
import type { LogExpr } from '../syntax/ast.ts';
import { parse } from '../syntax/parser.ts';

export interface DeleteDeps {
  readonly reader: StoreReader;
  readonly admin: Pick<StoreAdmin, 'deleteLogs'>;
  readonly isStrict: boolean;
}

export interface LineDeletion {
  readonly tenant: string;
  readonly query: string;
  readonly fromNano: bigint;
  /** Exclusive. */
  readonly toNano: bigint;
}

/** Lines that are looked at, and those found deleted, at a time. */
const pageLines = 20_000;

/** Throws InputError `logql_*` for what selects no lines. */
export function parseDeletion(query: string, isStrict: boolean): LogExpr {
  const expr = check(parse(query, { acceptsSupersets: !isStrict }), { isStrict });
  if (expr.kind === 'log') return expr;
  throw new InputError('logql_check', 'only log selector is supported', { span: expr.span });
}

/** Resolves when the lines are gone. Throws what the store throws, too. */
export async function deleteLines(
  deps: DeleteDeps,
  { tenant, query, fromNano, toNano }: LineDeletion,
  signal: AbortSignal,
): Promise<void> {
  const context: QueryContext = {
    reader: deps.reader,
    tenant,
    limits: defaultLogqlLimits,
    pushDown: 'auto',
    isStrict: deps.isStrict,
    read: { signal },
    stats: newStats(),
  };
  const window = { tenant, fromNano, toNano: toNano - 1n };
  const asked = parseDeletion(query, deps.isStrict);
  const { log, streams, hints } = await selectStreamsOf(context, asked, window);
  if (streams.length === 0) return;
  const compiled = compileStages(log.stages, streams);
  const range = { tenant, fromNano, toNano };
  if (compiled.residual.length === 0) {
    const ids = streams.map(({ id }) => id);
    const { conditions } = compiled;
    await deps.admin.deleteLogs({ ...range, streams: ids, conditions });
    return;
  }
  const scan = { ...range, matchers: log.matchers, conditions: [...hints, ...compiled.conditions] };
  // One for all pages: stages may remember lines.
  const pipeline = compilePipeline(log.stages);
  let after: PageEnd | undefined;
  do {
    const select = selectLines(scan, { direction: 'forward', limit: pageLines, after });
    const page = await readPage(context, select, pipeline, streams);
    if (page.records.length > 0) {
      const ids = [...new Set(page.records.map(({ streamId }) => streamId))];
      const { records } = page;
      await deps.admin.deleteLogs({ ...range, streams: ids, conditions: [], records });
    }
    after = page.rows < pageLines ? undefined : page.last;
  } while (after);
}

interface Page {
  readonly rows: number;
  readonly last: PageEnd | undefined;
  readonly records: NonNullable<LogDeletion['records']>;
}

/** The positions of the lines that pass. */
async function readPage(
  { reader, read }: QueryContext,
  select: ReturnType<typeof selectLines>,
  pipeline: StageRun,
  streams: readonly Stream[],
): Promise<Page> {
  const byId = new Map(streams.map((stream) => [stream.id, stream]));
  const records: PageEnd[] = [];
  let rows = 0;
  let last: PageEnd | undefined;
  for await (const block of reader.blocks(select, read)) {
    rows += block.rows;
    const value = (name: string, row: number): bigint =>
      valueAt(block.columns[block.names.indexOf(name)] as never, row) as bigint;
    const at = (row: number): PageEnd => ({
      timeNano: value('time_unix_nano', row),
      streamId: value('stream_id', row),
      arrival: value('arrival', row),
      recordHash: value('record_hash', row),
    });
    let position = 0;
    const isWanted = (row: number): boolean => {
      position = row;
      return true;
    };
    for (const entry of entriesOf(block, byId, isWanted)) {
      if (pipeline(entry)) records.push(at(position));
    }
    if (block.rows > 0) last = at(block.rows - 1);
  }
  return { rows, last, records };
}
