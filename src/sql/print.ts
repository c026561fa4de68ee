// Tree in, SQL text out: one clause per line, nested selects indented, so that golden files can be
// read and compared. The only place that quotes. String syntax:
// https://clickhouse.com/docs/sql-reference/syntax#string
import type { Expr, LiteralValue, OrderTerm, Projection, Select, Source } from './tree.ts';

export function print(select: Select): string {
  return printSelect(select, 0);
}

/** One expression alone: for statements that are no SELECT. */
export function printExpression(expr: Expr): string {
  return printExpr(expr, 0);
}

function printSelect(select: Select, depth: number): string {
  const pad = '  '.repeat(depth);
  const lines: string[] = [];
  const clause = (text: string): void => void lines.push(pad + text);
  const list = (items: readonly string[]): string => items.join(', ');
  const expr = (node: Expr): string => printExpr(node, depth);
  if (select.with?.length)
    clause(`WITH ${list(select.with.map((p) => printProjection(p, depth)))}`);
  const columns = list(select.columns.map((p) => printProjection(p, depth)));
  clause(`SELECT ${select.isDistinct ? 'DISTINCT ' : ''}${columns}`);
  if (select.from) clause(`FROM ${printSource(select.from, depth)}`);
  if (select.arrayJoin?.length)
    clause(`ARRAY JOIN ${list(select.arrayJoin.map((p) => printProjection(p, depth)))}`);
  if (select.prewhere) clause(`PREWHERE ${expr(select.prewhere)}`);
  if (select.where) clause(`WHERE ${expr(select.where)}`);
  if (select.groupBy?.length) clause(`GROUP BY ${list(select.groupBy.map(expr))}`);
  if (select.having) clause(`HAVING ${expr(select.having)}`);
  if (select.orderBy?.length) clause(`ORDER BY ${printOrder(select.orderBy, depth)}`);
  if (select.limitBy)
    clause(`LIMIT ${integer(select.limitBy.count)} BY ${list(select.limitBy.by.map(expr))}`);
  if (select.limit !== undefined) clause(`LIMIT ${integer(select.limit)}`);
  if (select.offset !== undefined) clause(`OFFSET ${integer(select.offset)}`);
  const settings = Object.entries(select.settings ?? {});
  if (settings.length)
    clause(`SETTINGS ${list(settings.map(([key, value]) => `${key} = ${printLiteral(value)}`))}`);
  return lines.join('\n');
}

function printOrder(terms: readonly OrderTerm[], depth: number): string {
  return terms.map((t) => printExpr(t.expr, depth) + (t.isDescending ? ' DESC' : '')).join(', ');
}

function printProjection(projection: Projection, depth: number): string {
  const text = printExpr(projection.expr, depth);
  return projection.as === undefined ? text : `${text} AS ${quoteName(projection.as)}`;
}

function printNested(select: Select, depth: number): string {
  return `(\n${printSelect(select, depth + 1)}\n${'  '.repeat(depth)})`;
}

function printSource(source: Source, depth: number): string {
  const alias = 'as' in source && source.as !== undefined ? ` AS ${quoteName(source.as)}` : '';
  switch (source.kind) {
    case 'table': {
      const database = source.database === undefined ? '' : `${quoteName(source.database)}.`;
      return `${database}${quoteName(source.name)}${alias}${source.isFinal ? ' FINAL' : ''}`;
    }
    case 'table-function':
      return `${functionName(source.name)}(${source.args.map((arg) => printExpr(arg, depth)).join(', ')})${alias}`;
    case 'select':
      return printNested(source.select, depth) + alias;
    case 'union': {
      const pad = '  '.repeat(depth + 1);
      const parts = source.selects.map((select) => printSelect(select, depth + 1));
      return `(\n${parts.join(`\n${pad}UNION ALL\n`)}\n${'  '.repeat(depth)})${alias}`;
    }
    case 'join': {
      const condition = source.using
        ? `USING (${source.using.map(quoteName).join(', ')})`
        : `ON ${printExpr(source.on as Expr, depth)}`;
      return `${printSource(source.left, depth)} ${source.type} JOIN ${printSource(source.right, depth)} ${condition}`;
    }
  }
}

function printExpr(node: Expr, depth: number): string {
  const expr = (inner: Expr): string => printExpr(inner, depth);
  const list = (items: readonly Expr[]): string => items.map(expr).join(', ');
  switch (node.kind) {
    case 'column':
      return node.table === undefined
        ? quoteName(node.name)
        : `${quoteName(node.table)}.${quoteName(node.name)}`;
    case 'literal':
      return printLiteral(node.value);
    case 'typed-literal':
      return `CAST(${printLiteral(node.value)}, ${printLiteral(node.type)})`;
    case 'call': {
      const parameters = node.parameters ? `(${list(node.parameters)})` : '';
      return `${functionName(node.name)}${parameters}(${list(node.args)})`;
    }
    case 'operator':
      return `(${expr(node.left)} ${node.operator} ${expr(node.right)})`;
    case 'and':
    case 'or': {
      if (node.terms.length === 0) return node.kind === 'and' ? 'true' : 'false';
      return `(${node.terms.map(expr).join(node.kind === 'and' ? ' AND ' : ' OR ')})`;
    }
    case 'not':
      return `NOT (${expr(node.term)})`;
    case 'in': {
      const keyword = node.isGlobal ? 'GLOBAL IN' : 'IN';
      const haystack =
        'kind' in node.haystack ? expr(node.haystack) : printNested(node.haystack, depth);
      return `(${expr(node.needle)} ${keyword} ${haystack})`;
    }
    case 'array':
      return `[${list(node.items)}]`;
    case 'tuple':
      return `(${list(node.items)})`;
    case 'lambda':
      return `(${node.params.map(quoteName).join(', ')}) -> ${expr(node.body)}`;
    case 'subscript':
      return `${expr(node.of)}[${expr(node.index)}]`;
    case 'subquery':
      return printNested(node.select, depth);
    case 'window': {
      const parts = [
        node.partitionBy.length ? `PARTITION BY ${list(node.partitionBy)}` : '',
        node.orderBy.length ? `ORDER BY ${printOrder(node.orderBy, depth)}` : '',
        node.frame === 'rows-to-current' ? 'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW' : '',
      ];
      return `${expr(node.call)} OVER (${parts.filter(Boolean).join(' ')})`;
    }
    case 'star':
      return '*';
  }
}

export function printLiteral(value: LiteralValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return quoteText(value);
  if (typeof value === 'number') return printNumber(value);
  if (typeof value === 'bigint') return value < 0n ? `(${value})` : value.toString();
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return `unhex('${Buffer.from(value).toString('hex')}')`;
}

function printNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '(-inf)';
  if (Object.is(value, -0)) return '(-0.)';
  const text = String(value);
  return value < 0 ? `(${text})` : text;
}

const escapes: Record<string, string> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\0',
};

function quoteText(text: string): string {
  return `'${text.replace(/[\\'\p{Cc}]/gu, escapeCharacter)}'`;
}

// \xNN is one byte to the engine, so only characters of one byte are written like that.
function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0x7f) return character;
  return escapes[character] ?? `\\x${code.toString(16).padStart(2, '0')}`;
}

function quoteName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `\`${name.replace(/[\\`]/g, '\\$&')}\``;
}

function functionName(name: string): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new Error(`BUG: '${name}' is no function name`);
  return name;
}

function integer(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`BUG: ${value} is no row count`);
  return String(value);
}
