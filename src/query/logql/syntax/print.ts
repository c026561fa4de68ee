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
import { formatDurationNano } from './literal.ts';

export function print(expr: Expr): string {
  switch (expr.kind) {
    case 'log':
      return printLog(expr);
    case 'number':
      return printNumber(expr.value);
    case 'vector':
      return `vector(${printNumber(expr.value)})`;
    case 'range-aggregation': {
      const parameter = expr.parameter === undefined ? '' : `${printNumber(expr.parameter)},`;
      const range = printRange(expr.range);
      return `${expr.operation}(${parameter}${range})${printGrouping(expr.grouping)}`;
    }
    case 'vector-aggregation': {
      const parameter = expr.parameter === undefined ? '' : `${printNumber(expr.parameter)},`;
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

const quote = (text: string): string => {
  const control = /[\u007f-\u009f\u2028\u2029]/g;
  return JSON.stringify(text).replace(
    control,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
};

function printNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return String(value);
}

export const printMatcher = (matcher: Matcher): string =>
  `${matcher.name}${matcher.operator}${quote(matcher.value)}`;

export const printSelector = (matchers: readonly Matcher[]): string =>
  `{${matchers.map(printMatcher).join(', ')}}`;

function printLog(log: LogExpr): string {
  return [printSelector(log.matchers), ...log.stages.map(printStage)].join(' ');
}

function printRange(range: LogRange): string {
  const unwrap = range.unwrap ? ` ${printUnwrap(range.unwrap)}` : '';
  const offset = range.offsetNano === 0n ? '' : ` offset ${formatDurationNano(range.offsetNano)}`;
  return `${printLog(range.log)}${unwrap}[${formatDurationNano(range.rangeNano)}]${offset}`;
}

function printUnwrap(unwrap: Unwrap): string {
  const label =
    unwrap.conversion === 'none' ? unwrap.label : `${unwrap.conversion}(${unwrap.label})`;
  return [`| unwrap ${label}`, ...unwrap.filters.map(printStage)].join(' ');
}

function printGrouping(grouping: Grouping | undefined): string {
  if (!grouping) return '';
  return ` ${grouping.isWithout ? 'without' : 'by'} (${grouping.labels.join(',')})`;
}

function printMatch(match: VectorMatch): string {
  const side = { 'one-to-one': '', 'many-to-one': ' group_left', 'one-to-many': ' group_right' };
  const group = side[match.cardinality];
  const include = group === '' ? '' : ` (${match.include.join(',')})`;
  return ` ${match.isOn ? 'on' : 'ignoring'} (${match.labels.join(',')})${group}${include}`;
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
      return `${filter.label}${operator}${filter.text}`;
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
