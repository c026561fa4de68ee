// print: tree → text that parses to the same tree, in Loki's own spelling.
import type {
  Expr,
  Extraction,
  Grouping,
  LabelFilter,
  LabelReference,
  LogExpr,
  LogRange,
  Matcher,
  Stage,
  Unwrap,
  VectorMatch,
} from './ast.ts';
import { formatDurationNano, parseByteSize } from './literal.ts';
import { quote, spellBytes, spellGoDuration, spellNumber } from './spelling.ts';

export function print(expr: Expr): string {
  switch (expr.kind) {
    case 'log':
      return printLog(expr);
    case 'number':
      return spellNumber(expr.value);
    case 'vector':
      return `vector(${printVectorValue(expr.value)})`;
    case 'range-aggregation': {
      const parameter = expr.parameter === undefined ? '' : `${spellNumber(expr.parameter)},`;
      const range = printRange(expr.range);
      return `${expr.operation}(${parameter}${range})${printGrouping(expr.grouping)}`;
    }
    case 'vector-aggregation': {
      const parameter = expr.parameter === undefined ? '' : `${spellNumber(expr.parameter)},`;
      const grouping = printGrouping(expr.grouping);
      return `${expr.operation}${grouping}(${parameter}${print(expr.inner)})`;
    }
    case 'label-replace': {
      const texts = [expr.destination, expr.replacement, expr.source, expr.regex].map(quote);
      return `label_replace(${print(expr.inner)},${texts.join(',')})`;
    }
    case 'binary': {
      const bool = expr.returnsBool ? ' bool' : '';
      const match = expr.match ? printMatch(expr.match) : '';
      return `(${print(expr.left)} ${expr.operator}${bool}${match} ${print(expr.right)})`;
    }
  }
}

/** Six digits, as Loki has it; all of them where six would not be the same number. */
function printVectorValue(value: number): string {
  const text = value.toFixed(6);
  return Number(text) === value ? text : spellNumber(value);
}

export const printMatcher = (matcher: Matcher): string =>
  `${matcher.name}${matcher.operator}${quote(matcher.value)}`;

export const printSelector = (matchers: readonly Matcher[]): string =>
  `{${matchers.map(printMatcher).join(', ')}}`;

function printLog(log: LogExpr): string {
  return [printSelector(log.matchers), ...log.stages.map(printStage)].join(' ');
}

function printRange(range: LogRange): string {
  const unwrap = range.unwrap ? ` ${printUnwrapLines(range.unwrap).join(' ')}` : '';
  const offset = range.offsetNano === 0n ? '' : ` offset ${spellGoDuration(range.offsetNano)}`;
  return `${printLog(range.log)}${unwrap}[${formatDurationNano(range.rangeNano)}]${offset}`;
}

/** The unwrap and the filters behind it, one by one. */
export function printUnwrapLines(unwrap: Unwrap): string[] {
  const label =
    unwrap.conversion === 'none' ? unwrap.label : `${unwrap.conversion}(${unwrap.label})`;
  return [`| unwrap ${label}`, ...unwrap.filters.map(printStage)];
}

function printGrouping(grouping: Grouping | undefined): string {
  if (!grouping) return '';
  return ` ${grouping.isWithout ? 'without' : 'by'} (${grouping.labels.join(',')})`;
}

/** In Loki's spelling; as it was written where Loki's is another value. */
function printQuantity({ unit, value, text }: LabelFilter & { kind: 'compare' }): string {
  if (unit === 'duration') return spellGoDuration(BigInt(value));
  if (unit === 'number') return Number(text) === value ? spellPlain(value, text) : text;
  const spelled = spellBytes(value);
  return parseByteSize(spelled) === value ? spelled : text;
}

const spellPlain = (value: number, text: string): string =>
  Math.abs(value) < 1e21 && Math.abs(value) > 1e-6 ? String(value) : text;

/** With a blank of its own behind the labels, as Loki prints it. */
export function printMatch(match: VectorMatch, separator = ','): string {
  const side = { 'one-to-one': '', 'many-to-one': 'group_left', 'one-to-many': 'group_right' };
  const include = match.include.length === 0 ? '' : ` (${match.include.join(separator)})`;
  const group = side[match.cardinality] + include;
  return ` ${match.isOn ? 'on' : 'ignoring'} (${match.labels.join(separator)}) ${group}`;
}

export function printStage(stage: Stage): string {
  switch (stage.kind) {
    case 'line-filter': {
      const terms = stage.terms.map(({ value, isIp }) =>
        isIp ? `ip(${quote(value)})` : quote(value),
      );
      return `${stage.operator} ${terms.join(' or ')}`;
    }
    case 'json':
      return `| json${printExtractions(stage.extractions)}`;
    case 'logfmt': {
      const flags = (stage.isStrict ? ' --strict' : '') + (stage.keepsEmpty ? ' --keep-empty' : '');
      return `| logfmt${flags}${printExtractions(stage.extractions)}`;
    }
    case 'pattern':
    case 'regexp':
      return `| ${stage.kind} ${quote(stage.pattern)}`;
    case 'unpack':
    case 'decolorize':
      return `| ${stage.kind}`;
    case 'label-filter':
      return `| ${printLabelFilter(stage.filter)}`;
    case 'line-format':
      return `| line_format ${quote(stage.template)}`;
    case 'label-format': {
      const assignments = stage.assignments.map(({ label, source }) =>
        'label' in source ? `${label}=${source.label}` : `${label}=${quote(source.template)}`,
      );
      return `| label_format ${assignments.join(',')}`;
    }
    case 'drop':
    case 'keep':
      return `| ${stage.kind} ${stage.labels.map(printReference).join(',')}`;
    case 'distinct':
      return `| distinct ${stage.labels.join(',')}`;
  }
}

const printExtractions = (extractions: readonly Extraction[]): string =>
  extractions.length === 0
    ? ''
    : ` ${extractions.map((e) => `${e.label}=${quote(e.expression)}`).join(',')}`;

const printReference = (reference: LabelReference): string =>
  reference.kind === 'name' ? reference.name : printMatcher(reference.matcher);

function printLabelFilter(filter: LabelFilter): string {
  switch (filter.kind) {
    case 'matcher':
      return printMatcher(filter.matcher);
    case 'compare': {
      const operator = filter.operator === '=' ? '==' : filter.operator;
      return `${filter.label}${operator}${printQuantity(filter)}`;
    }
    case 'ip':
      return `${filter.label}${filter.operator}ip(${quote(filter.pattern)})`;
    case 'and':
    case 'or': {
      const joint = filter.kind === 'and' ? ',' : 'or';
      return `( ${printLabelFilter(filter.left)} ${joint} ${printLabelFilter(filter.right)} )`;
    }
  }
}
