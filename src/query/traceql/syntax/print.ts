// Tree in, text out; parsing the text again gives the same tree. Error messages use it too, so
// strings print in backquotes as Tempo prints them, unless they hold one.
import type {
  Aggregate,
  Field,
  FieldExpr,
  MetricsFunction,
  MetricsQuery,
  MetricsStage,
  PipelineStage,
  Query,
  ScalarExpr,
  StaticValue,
} from './ast.ts';
import { printDuration } from './literal.ts';

export function print(query: Query): string {
  const { root } = query;
  const text = root.kind === 'metrics' ? printMetrics(root) : printStage(root);
  if (query.hints.length === 0) return text;
  const hints = query.hints.map((hint) => `${hint.name}=${printStatic(hint.value)}`);
  return `${text} with(${hints.join(', ')})`;
}

function printMetrics(query: MetricsQuery): string {
  const { source } = query;
  const tail = query.stages.map(printMetricsStage).join('');
  if (source.kind === 'function') {
    return `${printStage(source.pipeline)} | ${printFunction(source.first)}${tail}`;
  }
  const side = (node: MetricsQuery | ScalarExpr): string =>
    node.kind === 'metrics' ? `(${printMetrics(node)})` : printScalar(node);
  return `${side(source.left)} ${source.operator} ${side(source.right)}${tail}`;
}

function printMetricsStage(stage: MetricsStage): string {
  if (stage.kind === 'metrics-filter')
    return ` ${stage.operator} ${printScalar(stage.value, false)}`;
  return ` | ${stage.kind}(${stage.count})`;
}

function printFunction(node: MetricsFunction): string {
  const args = [
    ...(node.filter ? [printStage(node.filter)] : []),
    ...(node.field ? [printField(node.field)] : []),
    ...node.numbers.map(String),
  ];
  const by = node.by.length ? ` by (${node.by.map(printField).join(', ')})` : '';
  return `${node.name}(${args.join(', ')})${by}`;
}

export function printStage(stage: PipelineStage): string {
  switch (stage.kind) {
    case 'pipeline':
      return stage.stages
        .map((inner) => (inner.kind === 'pipeline' ? wrapped(inner) : printStage(inner)))
        .join(' | ');
    case 'filter':
      return stage.condition === undefined ? '{ }' : `{ ${printField(stage.condition)} }`;
    case 'spanset-operation':
      return `${wrapped(stage.left)} ${stage.operator} ${wrapped(stage.right)}`;
    case 'scalar-filter':
      return `${printScalar(stage.left)} ${stage.operator} ${printScalar(stage.right)}`;
    case 'by':
      return `by(${printField(stage.field)})`;
    case 'coalesce':
      return 'coalesce()';
    case 'select':
      return `select(${stage.fields.map(printField).join(', ')})`;
  }
}

const wrapped = (stage: PipelineStage): string =>
  stage.kind === 'filter' ? printStage(stage) : `(${printStage(stage)})`;

export function printScalar(node: ScalarExpr, hasParentheses = true): string {
  switch (node.kind) {
    case 'static':
      return printStatic(node.value);
    case 'aggregate':
      return printAggregate(node);
    case 'scalar-pipeline':
      return `(${printStage(node.pipeline)} | ${printAggregate(node.aggregate)})`;
    case 'scalar-operation': {
      const inner = (side: ScalarExpr): string => printScalar(side, hasParentheses);
      const text = `${inner(node.left)} ${node.operator} ${inner(node.right)}`;
      return hasParentheses ? `(${text})` : text;
    }
  }
}

const printAggregate = (node: Aggregate): string =>
  `${node.name}(${node.field === undefined ? '' : printField(node.field)})`;

export function printField(node: FieldExpr): string {
  switch (node.kind) {
    case 'static':
      return printStatic(node.value);
    case 'attribute':
      return printAttribute(node);
    case 'intrinsic':
      return node.isParent ? `parent.${node.text}` : node.text;
    case 'unary':
      return `${node.operator}${printTerm(node.term)}`;
    case 'existence':
      return `${printTerm(node.term)} ${node.isPresent ? '!=' : '='} nil`;
    case 'binary':
      return `${printTerm(node.left)} ${node.operator} ${printTerm(node.right)}`;
  }
}

const printTerm = (node: FieldExpr): string =>
  node.kind === 'binary' || node.kind === 'existence' || node.kind === 'unary'
    ? `(${printField(node)})`
    : printField(node);

function printAttribute(node: Field & { readonly kind: 'attribute' }): string {
  const isPlain = !/[\s{}()=~!<>&|^,"`\\]/u.test(node.name);
  const name = isPlain ? node.name : `"${node.name.replace(/[\\"]/g, '\\$&')}"`;
  const scope = node.scope === 'none' ? '' : node.scope;
  return `${node.isParent ? 'parent.' : ''}${scope}${node.isParent && !scope ? '' : '.'}${name}`;
}

export function printStatic(value: StaticValue): string {
  switch (value.type) {
    case 'nil':
      return 'nil';
    case 'string':
      return value.value.includes('`') ? JSON.stringify(value.value) : `\`${value.value}\``;
    case 'duration':
      return printDuration(value.value);
    case 'float':
      return /[.e]/.test(String(value.value)) ? String(value.value) : `${value.value}.0`;
    default:
      return String(value.value);
  }
}
