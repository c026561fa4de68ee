// What a selector selects: streams, and, where a name is no label of any stream of the time range,
// lines whose structured metadata has it (a superset of Loki). Such a matcher becomes the first stage
// of the pipeline, so that everything behind it is the same as for a label filter. Ids of traces and spans
// are looked for in the text of lines, too.
import type { Expr } from '#sql/tree.ts';
import { compileHints, selectKnownLabels } from '../compile/attribute.ts';
import type { Stream, StreamWindow } from '../compile/stream.ts';
import { definitionOf } from '../stage/index.ts';
import { type TextIdStages, withTextIds } from '../stage/text-id.ts';
import type { LabelFilterStage, LogExpr, Matcher, Stage } from '../syntax/ast.ts';
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
  const found = await readStreams(context, window, log.matchers);
  if (context.isStrict) return { log, streams: found, hints: [] };
  const attributes = await attributeMatchers(context, log.matchers, window, found);
  const matchers = log.matchers.filter((matcher) => !attributes.includes(matcher));
  const streams = attributes.length === 0 ? found : await readStreams(context, window, matchers);
  const { stages, matchers: ids } = lookIntoTexts(
    [...attributes.map(toStage), ...log.stages],
    streams,
  );
  const helpful = [...new Set([...attributes, ...ids])];
  const hints = context.pushDown === 'never' ? [] : compileHints(helpful, streams, window);
  return { log: { ...log, matchers, stages }, streams, hints };
}

/** An id that is a label of some stream is only looked for there. */
function lookIntoTexts(stages: readonly Stage[], streams: readonly Stream[]): TextIdStages {
  const isLabel = streams.some(({ labels }) => labels.has('trace_id') || labels.has('span_id'));
  return isLabel ? { stages, matchers: [] } : withTextIds(stages, changesEntry);
}

function changesEntry(stage: Stage): boolean {
  const { line, labels } = definitionOf(stage).changes;
  return line === true || labels === true;
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
