// The scan of a range aggregation: what it reads, and its lines one by one.
import type { Labels } from '#query/vector/value.ts';
import type { Expr } from '#sql/tree.ts';
import { type LogScan, selectAllLines } from '../compile/logs.ts';
import { compileStages } from '../compile/pipeline.ts';
import type { Stream } from '../compile/stream.ts';
import { rangeFunctions } from '../function/index.ts';
import type { RangePlan } from '../plan/plan.ts';
import type { Entry, EntryLabels } from '../stage/entry.ts';
import type { SampleQuery } from '../stage/hints.ts';
import { compilePipeline, sampleHints } from '../stage/index.ts';
import type { Grouping } from '../syntax/ast.ts';
import { countLine, type QueryContext } from './context.ts';
import { seriesLabels } from './grouping.ts';
import { entriesOf } from './lines.ts';

/** A plan whose streams are known. */
export interface ReadPlan extends RangePlan {
  readonly hints: readonly Expr[];
}

const oneSeries: Grouping = { isWithout: false, labels: [], span: { from: 0, to: 0 } };

const isAbsence = ({ aggregation }: RangePlan): boolean =>
  rangeFunctions[aggregation.operation]?.isAbsence === true;

/** Absence asks whether there is any line at all. */
export const groupingOf = (plan: RangePlan): Grouping | undefined =>
  isAbsence(plan) ? oneSeries : plan.grouping;

/** What parsers are told of the query. */
export function sampleQueryOf(plan: RangePlan): SampleQuery {
  const { log, unwrap } = plan.aggregation.range;
  return { stages: log.stages, unwrap, grouping: plan.grouping, isAbsence: isAbsence(plan) };
}

export const scanOf = (
  { tenant }: QueryContext,
  plan: ReadPlan,
  streams: readonly Stream[],
  conditions: LogScan['conditions'],
): LogScan => ({
  tenant,
  fromNano: plan.fromNano + 1n,
  toNano: plan.toNano + 1n,
  matchers: plan.aggregation.range.log.matchers,
  streams,
  conditions: [...plan.hints, ...conditions],
});

/** A sample that failed keeps all its labels, so that the failure is seen through any grouping. */
export const sampleLabels = (labels: EntryLabels, grouping: Grouping | undefined): Labels =>
  seriesLabels(labels, labels.error === '' ? grouping : undefined);

/** Visits each line that passes the pipeline; `among`: only of rows that meet this condition. */
export async function forEachLine(
  context: QueryContext,
  plan: ReadPlan,
  streams: readonly Stream[],
  visit: (entry: Entry) => void,
  among?: Expr,
): Promise<void> {
  const { stages } = plan.aggregation.range.log;
  const compiled = context.pushDown === 'never' ? [] : compileStages(stages, streams).conditions;
  const conditions = among ? [among, ...compiled] : compiled;
  const pipeline = compilePipeline(stages, sampleHints(sampleQueryOf(plan)));
  const byId = new Map(streams.map((stream) => [stream.id, stream]));
  const select = selectAllLines(scanOf(context, plan, streams, conditions));
  for await (const block of context.reader.blocks(select, context.read)) {
    for (const entry of entriesOf(block, byId)) {
      countLine(context, entry.line);
      if (pipeline(entry)) visit(entry);
    }
  }
}
