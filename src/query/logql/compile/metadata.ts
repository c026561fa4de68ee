// Structured metadata of a line: from the columns of its row. `metadataOf` is the definition;
// `compileLabel` gives the engine the same value for one name ('' when the line has no such label).
// Precedence, as a name may come from several places: scope, resource, columns, attributes, as in Loki.
import { attributeText } from '#model/attribute.ts';
import {
  levelAttributes,
  levelField,
  levelNumber,
  levelOfLine,
  levelOfSeverity,
  levelSpellings,
  levelWord,
  pinoLevels,
  pinoStart,
  severityLevels,
  toLevel,
  unknownLevel,
} from '#model/log-level.ts';
import {
  and,
  arrayOf,
  at,
  call,
  column,
  type Expr,
  eq,
  lambda,
  literal,
  op,
  typed,
} from '#sql/tree.ts';
import type { Stream } from './stream.ts';

/** Only an attribute of exactly this name is a level that somebody detected before. */
const detectedLevel = 'detected_level';

/** The columns that metadata is made of, as the engine answers them. */
export interface MetadataRow {
  readonly observed_time_unix_nano: bigint;
  readonly severity_number: number;
  readonly severity_text: string;
  readonly trace_id: string;
  readonly span_id: string;
  readonly flags: number;
  readonly event_name: string;
  readonly dropped_attributes_count: number;
  /** What was detected when the line came in; '' when nobody looked. */
  readonly detected_level: string;
  readonly attributes: ReadonlyMap<string, string>;
}

const hexOrNothing = (name: string, width: number): Expr =>
  call(
    'if',
    eq(column(name), call('toFixedString', literal(''), literal(width))),
    literal(''),
    call('lower', call('hex', column(name))),
  );

const textOrNothing = (name: string): Expr =>
  call('if', eq(column(name), literal(0)), literal(''), call('toString', column(name)));

/** Names that come from columns, and how. */
const columnLabels: Readonly<Record<string, Expr>> = {
  observed_timestamp: textOrNothing('observed_time_unix_nano'),
  severity_number: textOrNothing('severity_number'),
  severity_text: call('toString', column('severity_text')),
  trace_id: hexOrNothing('trace_id', 16),
  span_id: hexOrNothing('span_id', 8),
  flags: textOrNothing('flags'),
  event_name: call('toString', column('event_name')),
  dropped_attributes_count: textOrNothing('dropped_attributes_count'),
};

/** The value of a name that has a column of its own; undefined for the others. */
export const columnLabel = (name: string): Expr | undefined =>
  Object.hasOwn(columnLabels, name) ? columnLabels[name] : undefined;

/** What a query that needs all metadata selects. */
export const metadataColumns: readonly (readonly [string, Expr])[] = [
  ['observed_time_unix_nano', column('observed_time_unix_nano')],
  ['severity_number', column('severity_number')],
  ['severity_text', call('toString', column('severity_text'))],
  ['trace_id', hexOrNothing('trace_id', 16)],
  ['span_id', hexOrNothing('span_id', 8)],
  ['flags', column('flags')],
  ['event_name', call('toString', column('event_name'))],
  ['dropped_attributes_count', column('dropped_attributes_count')],
  ['detected_level', call('toString', column('detected_level'))],
  ['attributes', column('attributes')],
];

export function metadataOf(row: MetadataRow, line: string, stream: Stream): Map<string, string> {
  const metadata = new Map<string, string>();
  const seen = new Set<string>();
  for (const [key, stored] of row.attributes) {
    const name = toMetadataName(key);
    if (name === detectedLevel && key !== name) continue;
    if (!seen.has(name)) metadata.set(name, attributeText(stored));
    seen.add(name);
  }
  const put = (name: string, value: string): void => {
    if (value !== '') metadata.set(name, value);
  };
  if (row.observed_time_unix_nano !== 0n) {
    put('observed_timestamp', row.observed_time_unix_nano.toString());
  }
  if (row.severity_number !== 0) put('severity_number', String(row.severity_number));
  put('severity_text', row.severity_text);
  put('trace_id', row.trace_id);
  put('span_id', row.span_id);
  if (row.flags !== 0) put('flags', String(row.flags));
  put('event_name', row.event_name);
  if (row.dropped_attributes_count !== 0) {
    put('dropped_attributes_count', String(row.dropped_attributes_count));
  }
  for (const [name, value] of stream.metadata) metadata.set(name, value);
  if (!metadata.has(detectedLevel)) {
    put(detectedLevel, row.detected_level || detectLevel(row, line, stream));
  }
  return metadata;
}

function detectLevel(row: MetadataRow, line: string, stream: Stream): string {
  const ofStream = streamLevel(stream);
  if (ofStream !== undefined) return ofStream;
  for (const name of levelAttributes) {
    const stored = row.attributes.get(name);
    if (stored !== undefined && stored !== '') return toLevel(attributeText(stored));
  }
  if (row.severity_text !== '') return toLevel(row.severity_text);
  if (row.severity_number !== 0) return levelOfSeverity(row.severity_number);
  return levelOfLine(line);
}

/** The name of a piece of metadata: other characters become `_`, a run of them one. */
export function toMetadataName(key: string): string {
  const name = key.replace(/[^a-zA-Z0-9_]+/g, '_');
  return /^\d/.test(name) ? `key_${name}` : name;
}

const attribute = (name: string): Expr => at(column('attributes'), literal(name));

/** attributeText for the engine. Comparisons cost a fraction of a regular expression. */
const withoutTag = (stored: Expr): Expr =>
  call(
    'if',
    and(op(stored, '>=', literal('\x01')), op(stored, '<', literal('\x08'))),
    call('substring', stored, literal(2)),
    stored,
  );

/** The value of an attribute under its label name. */
function attributeLabel(name: string): Expr {
  // Only names with an underscore can come from other keys than themselves.
  if (!name.includes('_') || name === detectedLevel) return withoutTag(attribute(name));
  const pattern = `^${name.replaceAll('_', '(?:_|[^a-zA-Z0-9_]+)')}$`;
  const isNamed = call('match', column('key'), literal(pattern));
  const keys = call('mapKeys', column('attributes'));
  const key = call('arrayFirst', lambda(['key'], isNamed), keys);
  return withoutTag(at(column('attributes'), key));
}

/** Streams that may be told apart by id. */
const streamsMax = 5000;

/** Undefined where a name cannot be told by the engine alone. */
export function compileLabel(name: string, streams: readonly Stream[]): Expr | undefined {
  if (/_extracted$|^_|__|^key_\d|[^a-zA-Z0-9_]/.test(name)) return undefined;
  if (streams.length > streamsMax && countNaming(name, streams) > streamsMax) return undefined;
  const labelled = streams.filter((stream) => stream.labels.has(name));
  const own = labelled.length === streams.length ? undefined : metadataLabel(name, streams);
  return byStream(labelled, (stream) => stream.labels.get(name) as string, own ?? literal(''));
}

/** Streams of which the value depends. */
function countNaming(name: string, streams: readonly Stream[]): number {
  const isLevel = name === detectedLevel;
  return streams.filter(
    (stream) =>
      stream.labels.has(name) ||
      stream.metadata.has(name) ||
      (isLevel && streamLevel(stream) !== undefined),
  ).length;
}

function metadataLabel(name: string, streams: readonly Stream[]): Expr {
  const fromRow = saidLabel(name, streams);
  if (name !== detectedLevel) return fromRow;
  return call(
    'multiIf',
    op(fromRow, '!=', literal('')),
    fromRow,
    op(storedLevel, '!=', literal('')),
    storedLevel,
    compileLevel(streams),
  );
}

const storedLevel: Expr = call('toString', column('detected_level'));

/** What the sender said, of the row or of all rows of its stream. */
function saidLabel(name: string, streams: readonly Stream[]): Expr {
  const attributed = attributeLabel(name);
  const shared = byStream(
    streams.filter((stream) => stream.metadata.has(name)),
    (stream) => stream.metadata.get(name) as string,
    literal(''),
  );
  const fixed = columnLabel(name);
  const own = fixed ? firstNonEmpty(fixed, attributed) : attributed;
  return shared.kind === 'literal' ? own : firstNonEmpty(shared, own);
}

/**
 * The label `detected_level` where it is known without the line, else ''; undefined where streams are
 * too many.
 */
export function knownLevel(streams: readonly Stream[]): Expr | undefined {
  if (streams.length > streamsMax && countNaming(detectedLevel, streams) > streamsMax) {
    return undefined;
  }
  const said = firstNonEmpty(saidLabel(detectedLevel, streams), storedLevel);
  const labelled = streams.filter(({ labels }) => labels.has(detectedLevel));
  return byStream(labelled, ({ labels }) => labels.get(detectedLevel) as string, said);
}

/** What `ownLevel` gives for rows with an attribute `level` when it is not to read its value. */
export const someLevel = '?';

/**
 * `=` and the label `level` of rows that have it before any parser runs; '' of the others. Without
 * values of attributes it costs a quarter.
 */
export function ownLevel(streams: readonly Stream[], withValues: boolean): Expr | undefined {
  const levelled = streams.filter(
    ({ labels, metadata }) => labels.has('level') || metadata.has('level'),
  );
  if (levelled.length > streamsMax) return undefined;
  const own = call(
    'if',
    call('mapContains', column('attributes'), literal('level')),
    withValues ? call('concat', literal('='), withoutTag(attribute('level'))) : literal(someLevel),
    literal(''),
  );
  return byStream(
    levelled,
    ({ labels, metadata }) => `=${labels.get('level') ?? metadata.get('level')}`,
    own,
  );
}

const firstNonEmpty = (first: Expr, second: Expr): Expr =>
  call('if', op(first, '!=', literal('')), first, second);

/** A value per stream, `other` for streams that are not in the list. */
function byStream(
  streams: readonly Stream[],
  textOf: (stream: Stream) => string,
  other: Expr,
): Expr {
  if (streams.length === 0) return other;
  const ids = arrayOf(...streams.map(({ id }) => typed(id, 'UInt64')));
  const values = arrayOf(...streams.map((stream) => literal(textOf(stream))));
  return call('transform', column('stream_id'), ids, values, other);
}

/** detectLevel for the engine. */
function compileLevel(streams: readonly Stream[]): Expr {
  const branches: Expr[] = [];
  const branch = (condition: Expr, value: Expr): void => void branches.push(condition, value);
  const levelled = streams.filter((stream) => streamLevel(stream) !== undefined);
  if (levelled.length > 0) {
    const level = byStream(levelled, (stream) => streamLevel(stream) as string, literal(''));
    branch(op(level, '!=', literal('')), level);
  }
  branch(op(saidLevel, '!=', literal('')), mapSpelling(saidLevel, saidLevel));
  const severity = column('severity_number');
  for (const [level, last] of severityLevels) {
    const isNumbered = op(severity, '>', literal(0));
    branch(and(isNumbered, op(severity, '<=', literal(last))), literal(level));
  }
  branch(op(severity, '>', literal(0)), literal(unknownLevel));
  branch(op(pinoLevel, '!=', literal('')), pinoLevel);
  branch(op(fieldLevel, '!=', literal('')), fieldLevel);
  branch(op(wordLevel, '!=', literal('')), wordLevel);
  branch(op(numberLevel, '!=', literal('')), numberLevel);
  return call('multiIf', ...branches, literal(unknownLevel));
}

function streamLevel(stream: Stream): string | undefined {
  for (const name of levelAttributes) {
    const value = stream.labels.get(name);
    if (value) return toLevel(value);
  }
  return undefined;
}

const spellings = levelSpellings.flatMap(([level, texts]) => texts.map((text) => [text, level]));

const mapSpelling = (text: Expr, other: Expr): Expr =>
  call(
    'transform',
    call('lower', text),
    arrayOf(...spellings.map(([spelling]) => literal(spelling as string))),
    arrayOf(...spellings.map(([, level]) => literal(level as string))),
    other,
  );

/** What the sender said: an attribute with one of the usual names, else the severity text. */
const saidLevel: Expr = call(
  'if',
  call('hasAny', call('mapKeys', column('attributes')), arrayOf(...levelAttributes.map(literal))),
  call(
    'multiIf',
    ...levelAttributes.flatMap((name) => [
      op(attribute(name), '!=', literal('')),
      withoutTag(attribute(name)),
    ]),
    call('toString', column('severity_text')),
  ),
  call('toString', column('severity_text')),
);

const inLine = (pattern: string): Expr =>
  mapSpelling(call('extract', column('body'), literal(pattern)), literal(''));

const fieldLevel = inLine(levelField);
const wordLevel = inLine(levelWord);
const numberIn = (pattern: string): Expr =>
  call(
    'transform',
    call('extract', column('body'), literal(pattern)),
    arrayOf(...pinoLevels.map(([number]) => literal(number))),
    arrayOf(...pinoLevels.map(([, level]) => literal(level))),
    literal(''),
  );
const pinoLevel = numberIn(pinoStart);
const numberLevel = numberIn(levelNumber);
