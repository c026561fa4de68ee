// What a selector selects: streams, and, where a name is no label of any stream of the time range,
// lines whose structured metadata has it (a superset of Loki). Such a matcher becomes the first stage
// of the pipeline, so that everything behind it is the same as for a label filter.
import type { Expr } from '#sql/tree.ts';
import { compileHints, selectKnownLabels } from '../compile/attribute.ts';
import type { Stream, StreamWindow } from '../compile/stream.ts';
import type { LabelFilterStage, LogExpr, Matcher } from '../syntax/ast.ts';
import { type QueryContext, readStreams } from './context.ts';

export interface Selection {
  /** The query with the matchers that streams answer, and the others as its first stages. */
  readonly log: LogExpr;
  readonly streams: readonly Stream[];
  /** Conditions that every wanted row fulfils; the pipeline checks them again. */
  readonly hints: readonly Expr[];
}

export async function selectStreamsOf(
  context: QueryContext,
  log: LogExpr,
  window: StreamWindow,
): Promise<Selection> {
  const streams = await readStreams(context, window, log.matchers);
  const attributes = context.isStrict
    ? []
    : await attributeMatchers(context, log.matchers, window, streams);
  if (attributes.length === 0) return { log, streams, hints: [] };
  const matchers = log.matchers.filter((matcher) => !attributes.includes(matcher));
  const stages = [...attributes.map(toStage), ...log.stages];
  const others = await readStreams(context, window, matchers);
  const hints = context.pushDown === 'never' ? [] : compileHints(attributes, others);
  return { log: { ...log, matchers, stages }, streams: others, hints };
}

const toStage = (matcher: Matcher): LabelFilterStage => ({
  kind: 'label-filter',
  filter: { kind: 'matcher', matcher },
  span: matcher.span,
});

/** Those whose name is no stream label. Only asked for where the streams found leave it open. */
async function attributeMatchers(
  { reader, read }: QueryContext,
  matchers: readonly Matcher[],
  window: StreamWindow,
  found: readonly Stream[],
): Promise<readonly Matcher[]> {
  const isFound = (name: string): boolean => found.some(({ labels }) => labels.has(name));
  const names = [...new Set(matchers.map(({ name }) => name))].filter((name) => !isFound(name));
  if (names.length === 0) return [];
  const select = selectKnownLabels(window, names);
  const [row = {}] = await reader.rows<Record<string, number>>(select, read);
  const unknown = new Set(names.filter((_, i) => Number(row[`has_${i}`] ?? 0) === 0));
  return matchers.filter(({ name }) => unknown.has(name));
}
