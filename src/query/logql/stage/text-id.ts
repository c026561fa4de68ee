// `| trace_id="…"` and `| span_id="…"` on lines that carry the id in their text only, in whatever way
// their logger writes it (src/model/log-fields.ts). A superset of Loki.
import { isSameTrace, isSpanId, isTraceId, readLogFields } from '#model/log-fields.ts';
import type { LabelFilter, Matcher, Stage } from '../syntax/ast.ts';
import type { StageRun } from './entry.ts';

/** `accepts` tells whether the value of the label is the wanted one. A label that the line came with decides. */
export function acceptsInText(
  { name, value }: Matcher,
  accepts: (value: string) => boolean,
): StageRun {
  const isWanted = name === 'span_id' ? hasSpan(value) : hasTrace(value);
  return ({ labels, line }) => {
    const own = labels.get(name);
    if (accepts(own ?? '')) return true;
    if (own !== undefined && !labels.isExtracted(name)) return false;
    return isWanted(line);
  };
}

const hasTrace = (wanted: string) => (line: string) => {
  const { traceId } = readLogFields(line);
  return traceId !== undefined && isSameTrace(traceId, wanted);
};

const hasSpan = (wanted: string) => (line: string) =>
  readLogFields(line).spanId === wanted.toLowerCase();

/** Whether it asks for an id that can be looked for in lines. */
export const isTextId = ({ name, operator, value }: Matcher): boolean =>
  operator === '=' &&
  ((name === 'trace_id' && isTraceId(value)) || (name === 'span_id' && isSpanId(value)));

export interface TextIdStages {
  readonly stages: readonly Stage[];
  /** Each of them must hold for a line to pass. */
  readonly matchers: readonly Matcher[];
}

/** The stages with filters that look into texts, as long as the line and its labels are the stored ones. */
export function withTextIds(
  stages: readonly Stage[],
  changesEntry: (stage: Stage) => boolean,
): TextIdStages {
  const first = stages.findIndex(changesEntry);
  const end = first < 0 ? stages.length : first;
  const matchers: Matcher[] = [];
  const changed = stages.map((stage, i): Stage => {
    if (i >= end || stage.kind !== 'label-filter') return stage;
    matchers.push(...requiredIds(stage.filter));
    return { ...stage, filter: lookIntoText(stage.filter) };
  });
  return { stages: changed, matchers };
}

function lookIntoText(filter: LabelFilter): LabelFilter {
  if (filter.kind === 'matcher') {
    return isTextId(filter.matcher) ? { ...filter, isInText: true } : filter;
  }
  if (filter.kind !== 'and' && filter.kind !== 'or') return filter;
  return { ...filter, left: lookIntoText(filter.left), right: lookIntoText(filter.right) };
}

function requiredIds(filter: LabelFilter): readonly Matcher[] {
  if (filter.kind === 'and') return [...requiredIds(filter.left), ...requiredIds(filter.right)];
  return filter.kind === 'matcher' && isTextId(filter.matcher) ? [filter.matcher] : [];
}
