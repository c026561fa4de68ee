// A count whose pipeline needs nothing of a line but its level: the engine groups by what was known of
// the lines when they came in, and the pipeline runs here once per group. Groups of which too little is
// known are counted line by line (eval/read-totals.ts). What a parser is known to do:
// src/model/log-parsed-level.ts.
import { as, column, type Expr, eq, isIn, literal, or, type Projection } from '#sql/tree.ts';
import { type Entry, EntryLabels, errorLabel } from '../stage/entry.ts';
import { extract, type ParserHints, type SampleQuery, wantedBy } from '../stage/hints.ts';
import { definitionOf, sampleHints } from '../stage/index.ts';
import type { JsonStage, LabelFilter, LogfmtStage, Stage } from '../syntax/ast.ts';
import { compileLabel, knownLevel, ownLevel, someLevel } from './metadata.ts';
import { type LevelParser, saysLevel } from './parsed-level.ts';
import type { Stream } from './stream.ts';

export type GroupRow = Readonly<Record<string, unknown>>;

/** What becomes of the lines of a group: their labels, or that they are dropped, or not known. */
export type GroupFate = EntryLabels | 'dropped' | 'unknown';

export interface LevelGroups {
  readonly keys: readonly Projection[];
  /** Conditions on the row that stand for line filters. */
  readonly conditions: readonly Expr[];
  fateOf(row: GroupRow): GroupFate;
  /** Rows that are grouped like one of these. */
  rowsLike(rows: readonly GroupRow[]): Expr;
  /** Whether groups have to be made anew, with values of attributes. */
  isTooCoarse(row: GroupRow): boolean;
  /** Whether groups are alike: `rowsLike` one is `rowsLike` the other. */
  likeness(row: GroupRow): string;
}

type Parser = JsonStage | LogfmtStage;

const isParser = (stage: Stage): stage is Parser =>
  stage.kind === 'json' || stage.kind === 'logfmt';

/** Undefined where more than the level, or another level, is asked for. */
export function compileLevelGroups(
  query: SampleQuery,
  streams: readonly Stream[],
  withValues: boolean,
): LevelGroups | undefined {
  const { stages, grouping, isAbsence } = query;
  if (!isAbsence && (!grouping || grouping.isWithout)) return undefined;
  const names = wantedBy(query);
  const others = names.filter((name) => name !== 'level' && name !== 'detected_level');
  // A parser may make a label of any other name.
  if (!others.every((name) => streams.every(({ labels }) => labels.has(name)))) return undefined;
  if (!stages.every((stage, i) => isUnderstood(stage, stages.slice(i + 1), names)))
    return undefined;
  const conditions: Expr[] = [];
  for (const stage of stages) {
    if (stage.kind !== 'line-filter') continue;
    const scope = { line: column('body'), label: () => undefined };
    const condition = definitionOf(stage).compile?.(stage, scope);
    if (!condition) return undefined;
    conditions.push(condition);
  }
  const values = valuesOf(names, others, streams, withValues);
  return values && groupsOf(query, values, conditions);
}

/** Whether the stage does to all lines of a group the same; `names`: labels that anybody asks for. */
function isUnderstood(stage: Stage, behind: readonly Stage[], names: readonly string[]): boolean {
  const isParsedLater = behind.some(isParser);
  switch (stage.kind) {
    case 'line-filter':
    case 'label-filter':
      return true;
    case 'json':
      return stage.extractions.length === 0;
    case 'logfmt':
      return stage.extractions.length === 0 && !stage.isStrict && !stage.keepsEmpty;
    case 'drop':
      // Without the label that a line came with, a parser may make it anew.
      return !isParsedLater || !stage.labels.some((one) => names.includes(nameOf(one)));
    case 'keep':
      return !isParsedLater;
    default:
      return false;
  }
}

const nameOf = (reference: Extract<Stage, { kind: 'drop' }>['labels'][number]): string =>
  reference.kind === 'name' ? reference.name : reference.matcher.name;

/** Labels of a row by name, as the engine groups them. */
interface Values {
  readonly own: Expr | undefined;
  readonly detected: Expr | undefined;
  readonly others: readonly (readonly [string, Expr])[];
}

function valuesOf(
  names: readonly string[],
  others: readonly string[],
  streams: readonly Stream[],
  withValues: boolean,
): Values | undefined {
  const own = names.includes('level') ? ownLevel(streams, withValues) : undefined;
  const detected = names.includes('detected_level') ? knownLevel(streams) : undefined;
  if (names.includes('level') && !own) return undefined;
  if (names.includes('detected_level') && !detected) return undefined;
  const compiled = others.map((name) => [name, compileLabel(name, streams)] as const);
  if (compiled.some(([, value]) => value === undefined)) return undefined;
  return { own, detected, others: compiled as [string, Expr][] };
}

const storedKey = 'key_parsed';
const ownKey = 'key_own';
const detectedKey = 'key_detected';
const keyOf = (index: number): string => `key_${index}`;

function groupsOf(query: SampleQuery, values: Values, conditions: readonly Expr[]): LevelGroups {
  const { own, detected, others } = values;
  const stored = own && query.stages.some(isParser) ? column('parsed_level') : undefined;
  const keyed: [string, Expr | undefined][] = [
    [storedKey, stored],
    [ownKey, own],
    [detectedKey, detected],
    ...others.map(([, value], i): [string, Expr] => [keyOf(i), value]),
  ];
  const run = compileRun(query);
  const hasDetected = (row: GroupRow): boolean => !detected || row[detectedKey] !== '';
  return {
    keys: keyed.flatMap(([name, value]) => (value ? [as(value, name)] : [])),
    conditions,
    fateOf: (row) => {
      if (!hasDetected(row)) return 'unknown';
      const labels = new Map(others.map(([name], i) => [name, row[keyOf(i)] as string]));
      const level = (row[ownKey] ?? '') as string;
      if (level !== '') labels.set('level', level.slice(1));
      if (detected) labels.set('detected_level', row[detectedKey] as string);
      for (const [name, value] of labels) if (value === '' && name !== 'level') labels.delete(name);
      return run(new EntryLabels(labels, new Map()), (row[storedKey] ?? '') as string);
    },
    rowsLike: (rows) => {
      const terms: Expr[] = [];
      if (detected && !rows.every(hasDetected)) terms.push(eq(detected, literal('')));
      const texts = new Set(rows.filter(hasDetected).map((row) => row[storedKey] ?? ''));
      if (texts.size > 0 && !stored) terms.push(literal(true));
      else if (stored && texts.size > 0) {
        terms.push(
          isIn(
            stored,
            [...texts].map((text) => literal(text as string)),
          ),
        );
      }
      return or(...terms);
    },
    isTooCoarse: (row) => row[ownKey] === someLevel,
    likeness: (row) => (hasDetected(row) ? `=${row[storedKey] ?? ''}` : ''),
  };
}

type Run = (labels: EntryLabels, stored: string) => GroupFate;

/** The stages of a query for a group whose lines have this in `parsed_level`. */
function compileRun(query: SampleQuery): Run {
  const { stages } = query;
  const hints = sampleHints(query);
  const steps = stages.flatMap((stage, i) => {
    if (stage.kind === 'line-filter') return [];
    if (isParser(stage))
      return [parserStep(stage.kind, hints, isErrorDropped(stages.slice(i + 1)))];
    const run = definitionOf(stage).evaluate(stage, hints);
    return [(entry: Entry) => (run(entry) ? 'next' : 'dropped')] as const;
  });
  return (labels, stored) => {
    const entry: Entry = { line: '', timeNano: 0n, labels };
    for (const step of steps) {
      const outcome = step(entry, stored);
      if (outcome !== 'next') return outcome;
    }
    return labels.error === '' ? labels : 'unknown';
  };
}

type Step = (entry: Entry, stored: string) => 'next' | 'dropped' | 'unknown';

/** A parser as far as it sets the label `level` or an error. */
function parserStep(parser: LevelParser, hints: ParserHints, isErrorHidden: boolean): Step {
  return (entry, stored) => {
    const { labels } = entry;
    if (hints.isDone(labels)) return 'next';
    const isFree = labels.parsedName('level') === 'level' && !labels.isExtracted('level');
    if (isFree && hints.wants('level')) {
      const said = saysLevel(parser, stored);
      if (said === undefined) return 'unknown';
      const found = said.value === undefined ? 'next' : extract(hints, entry, 'level', said.value);
      if (found !== 'next') return found === 'done' ? 'next' : 'dropped';
    }
    // The rest of the line was read, too, and may be broken.
    return parser === 'logfmt' || isErrorHidden ? 'next' : 'unknown';
  };
}

/** Whether the error of a parser is taken away before anybody can see it. */
function isErrorDropped(behind: readonly Stage[]): boolean {
  for (const stage of behind) {
    if (stage.kind === 'drop') {
      if (stage.labels.some((one) => one.kind === 'name' && one.name === errorLabel)) return true;
    } else if (stage.kind === 'label-filter') {
      if (!isMatcher(stage.filter)) return false;
    } else if (stage.kind !== 'line-filter' && !isParser(stage)) return false;
  }
  return false;
}

const isMatcher = (filter: LabelFilter): boolean =>
  filter.kind === 'and' || filter.kind === 'or'
    ? isMatcher(filter.left) && isMatcher(filter.right)
    : filter.kind === 'matcher';
