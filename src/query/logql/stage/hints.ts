// What the rest of a query tells its parsers, as Loki does it: which labels anybody asks for, so that
// a parser stops when it has them, and which label filters a line has to pass, so that it is dropped
// at once. That can be seen: a line that breaks behind the last label asked for has no error, and a
// filter sees a label as the parser found it, even if label_format renames it before the filter.
// A filter of several labels (and, or) gives no hint.
import type { Grouping, LabelFilter, Stage, Unwrap } from '../syntax/ast.ts';
import { fieldsOf } from '../template/fields.ts';
import {
  type Entry,
  type EntryLabels,
  errorLabel,
  preserveErrorLabel,
  type StageRun,
} from './entry.ts';

export interface ParserHints {
  /** Whether a parser has nothing (more) to find. */
  isDone(labels: EntryLabels): boolean;
  wants(name: string): boolean;
  /** Whether any wanted label starts so. */
  wantsPrefix(prefix: string): boolean;
  /** Whether a line may go on with the label that it just got. */
  accepts(name: string, entry: Entry): boolean;
  /** Whether lines that cannot be parsed were asked for, so that they do not fail the query. */
  readonly preservesErrors: boolean;
}

export type FilterCompiler = (filter: LabelFilter, stage: Stage) => StageRun;

/** A parser's hints for a query of logs: only the filters. */
export function hintsForLines(stages: readonly Stage[], compile: FilterCompiler): ParserHints {
  return makeHints([], filtersOf(stages, compile));
}

export interface SampleQuery {
  readonly stages: readonly Stage[];
  readonly unwrap: Unwrap | undefined;
  /** Of the samples; undefined: all labels are wanted. */
  readonly grouping: Grouping | undefined;
  /** absent_over_time: no label is wanted. */
  readonly isAbsence: boolean;
}

/** The labels that parsers of the query look for; none where they look for all, or for nothing. */
export function wantedBy({ stages, unwrap, grouping }: SampleQuery): readonly string[] {
  const asked = [...stages, ...(unwrap?.filters ?? [])].flatMap(requiredBy);
  asked.push(...(grouping?.labels ?? []));
  if (unwrap) asked.push(unwrap.label);
  return [...new Set(asked.flatMap(withoutSuffix))];
}

export function hintsForSamples(query: SampleQuery, compile: FilterCompiler): ParserHints {
  const { unwrap, grouping, isAbsence } = query;
  const stages = unwrap ? [...query.stages, ...unwrap.filters] : query.stages;
  const wanted = wantedBy(query);
  const isUnlabelled = isAbsence || grouping?.labels.length === 0;
  if (isUnlabelled) {
    return wanted.length === 0 ? nothing : makeHints(wanted, filtersOf(stages, compile));
  }
  const needsAll = !grouping || grouping.isWithout;
  return needsAll ? makeHints([], filtersOf(stages, compile)) : makeHints(wanted, new Map());
}

const nothing: ParserHints = {
  isDone: () => true,
  wants: () => false,
  wantsPrefix: () => false,
  accepts: () => true,
  preservesErrors: false,
};

/** Every label is wanted, no filter is known. */
export const noHints: ParserHints = makeHints([], new Map());

function makeHints(wanted: readonly string[], filters: ReadonlyMap<string, StageRun>): ParserHints {
  const names = new Set(wanted);
  const wantsAll = names.size === 0;
  return {
    isDone: (labels) => !wantsAll && wanted.every((name) => labels.isExtracted(name)),
    wants: (name) => wantsAll || names.has(name),
    wantsPrefix: (prefix) => wantsAll || wanted.some((name) => name.startsWith(prefix)),
    accepts: (name, entry) => filters.get(name)?.(entry) ?? true,
    preservesErrors: names.has(errorLabel),
  };
}

/** The first filter of each label. */
function filtersOf(
  stages: readonly Stage[],
  compile: FilterCompiler,
): ReadonlyMap<string, StageRun> {
  const filters = new Map<string, StageRun>();
  for (const stage of stages) {
    // What comes after it must not decide which lines it sees.
    if (stage.kind === 'distinct') break;
    if (stage.kind !== 'label-filter') continue;
    const { filter } = stage;
    if (filter.kind === 'and' || filter.kind === 'or') continue;
    const [name = ''] = namesOf(filter);
    if (!filters.has(name)) filters.set(name, compile(filter, stage));
  }
  return filters;
}

function namesOf(filter: LabelFilter): string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return [...namesOf(filter.left), ...namesOf(filter.right)];
    case 'matcher':
      return [filter.matcher.name];
    default:
      return [filter.label];
  }
}

const suffix = '_extracted';

/** A parsed label may get the suffix only when it meets one of the stream. */
const withoutSuffix = (name: string): string[] =>
  name.endsWith(suffix) ? [name, name.slice(0, -suffix.length)] : [name];

function requiredBy(stage: Stage): string[] {
  switch (stage.kind) {
    case 'label-filter':
      return namesOf(stage.filter);
    case 'line-format':
      return fieldsOf(stage.template);
    case 'label-format':
      return stage.assignments.flatMap(({ source }) =>
        'label' in source ? [source.label] : fieldsOf(source.template),
      );
    case 'distinct':
      return [...stage.labels];
    default:
      return [];
  }
}

/** Marks a line that cannot be parsed. */
export function failParse(hints: ParserHints, entry: Entry, error: string, details: string): void {
  entry.labels.fail(error, details);
  if (hints.preservesErrors) entry.labels.set(preserveErrorLabel, 'true');
}

/** What a parser does after it found a value. */
export type Found = 'next' | 'done' | 'drop';

/** Puts a value that was found in a line under the name that is free for it, if anybody wants it. */
export function extract(hints: ParserHints, entry: Entry, name: string, value: string): Found {
  const { labels } = entry;
  const free = labels.parsedName(name);
  if (!hints.wants(free) || labels.isExtracted(free)) return 'next';
  labels.set(free, value);
  if (!hints.accepts(free, entry)) return 'drop';
  return hints.isDone(labels) ? 'done' : 'next';
}
