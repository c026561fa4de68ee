// pipeline := { lineFilter | '|' stage }. Stops in front of `| unwrap` where one may follow.
import type {
  Extraction,
  LabelAssignment,
  LabelReference,
  LineFilter,
  LineFilterOperator,
  LineFilterTerm,
  MatchOperator,
  Stage,
} from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseLabelFilter } from './label-filter.ts';
import type { Token } from './lexer.ts';
import { isMatchOperator } from './selector.ts';

const filterOperators: ReadonlySet<string> = new Set(['|=', '!=', '|~', '!~', '|>', '!>']);

export const isLineFilter = (token: Token): boolean =>
  token.kind === 'symbol' && filterOperators.has(token.text);

/** Whether `| unwrap` comes next. */
export const isUnwrap = (cursor: Cursor): boolean =>
  cursor.isSymbol('|') && cursor.following.kind === 'word' && cursor.following.text === 'unwrap';

export function parsePipeline(cursor: Cursor, canUnwrap: boolean): Stage[] {
  const stages: Stage[] = [];
  for (;;) {
    const { token } = cursor;
    if (token.kind !== 'symbol') return stages;
    if (filterOperators.has(token.text)) stages.push(...parseLineFilter(cursor));
    else if (token.text === '|') {
      if (canUnwrap && isUnwrap(cursor)) return stages;
      cursor.advance();
      stages.push(parseStage(cursor, token));
    } else return stages;
  }
}

// A negated chain `!= a or b` is two filters: none of them may be found.
function parseLineFilter(cursor: Cursor): LineFilter[] {
  const start = cursor.advance();
  const terms = [parseLineFilterTerm(cursor)];
  while (cursor.take('word', 'or')) terms.push(parseLineFilterTerm(cursor));
  const operator = start.text as LineFilterOperator;
  const span = cursor.spanFrom(start);
  const groups = operator.startsWith('!') ? terms.map((term) => [term]) : [terms];
  return groups.map((group) => ({ kind: 'line-filter', operator, terms: group, span }));
}

function parseLineFilterTerm(cursor: Cursor): LineFilterTerm {
  if (cursor.take('function', 'ip')) {
    cursor.expect('symbol', '(');
    const value = cursor.expect('string').text;
    cursor.expect('symbol', ')');
    return { value, isIp: true };
  }
  return { value: cursor.expect('string', undefined, 'STRING or ip').text, isIp: false };
}

type StageParser = (cursor: Cursor, start: Token) => Stage;

const stageParsers: Readonly<Record<string, StageParser>> = {
  json: (cursor, start) => {
    const extractions = parseExtractions(cursor);
    return { kind: 'json', extractions, span: cursor.spanFrom(start) };
  },
  logfmt: (cursor, start) => {
    const flags = new Set<string>();
    for (let flag = cursor.take('flag'); flag; flag = cursor.take('flag')) flags.add(flag.text);
    const extractions = parseExtractions(cursor);
    return {
      kind: 'logfmt',
      isStrict: flags.has('strict'),
      keepsEmpty: flags.has('keep-empty'),
      extractions,
      span: cursor.spanFrom(start),
    };
  },
  pattern: (cursor, start) => {
    const pattern = cursor.expect('string').text;
    return { kind: 'pattern', pattern, span: cursor.spanFrom(start) };
  },
  regexp: (cursor, start) => {
    const pattern = cursor.expect('string').text;
    return { kind: 'regexp', pattern, span: cursor.spanFrom(start) };
  },
  unpack: (cursor, start) => ({ kind: 'unpack', span: cursor.spanFrom(start) }),
  decolorize: (cursor, start) => ({ kind: 'decolorize', span: cursor.spanFrom(start) }),
  line_format: (cursor, start) => {
    const template = cursor.expect('string').text;
    return { kind: 'line-format', template, span: cursor.spanFrom(start) };
  },
  label_format: (cursor, start) => {
    const assignments = parseAssignments(cursor);
    return { kind: 'label-format', assignments, span: cursor.spanFrom(start) };
  },
  drop: (cursor, start) => {
    const labels = parseLabelReferences(cursor);
    return { kind: 'drop', labels, span: cursor.spanFrom(start) };
  },
  keep: (cursor, start) => {
    const labels = parseLabelReferences(cursor);
    return { kind: 'keep', labels, span: cursor.spanFrom(start) };
  },
};

function parseStage(cursor: Cursor, start: Token): Stage {
  const { token } = cursor;
  if (token.kind === 'word') {
    const parse = stageParsers[token.text];
    if (!parse) throw cursor.unexpected();
    cursor.advance();
    return parse(cursor, start);
  }
  if (token.kind !== 'identifier' && !cursor.isSymbol('(')) throw cursor.unexpected();
  if (isDistinct(cursor)) return parseDistinct(cursor, start);
  const filter = parseLabelFilter(cursor);
  return { kind: 'label-filter', filter, span: cursor.spanFrom(start) };
}

/** Not a word of the language: a label may be called so. */
const isDistinct = (cursor: Cursor): boolean =>
  cursor.acceptsSupersets &&
  cursor.isAt('identifier', 'distinct') &&
  cursor.following.kind === 'identifier';

// distinct := 'distinct' IDENT { ',' IDENT }
function parseDistinct(cursor: Cursor, start: Token): Stage {
  cursor.advance();
  const labels: string[] = [];
  do labels.push(cursor.expect('identifier').text);
  while (cursor.takeSymbol(','));
  return { kind: 'distinct', labels, span: cursor.spanFrom(start) };
}

// extractions := [ IDENT [ '=' STRING ] { ',' IDENT [ '=' STRING ] } ]
function parseExtractions(cursor: Cursor): Extraction[] {
  const extractions: Extraction[] = [];
  if (!cursor.isAt('identifier')) return extractions;
  do {
    const label = cursor.expect('identifier').text;
    const expression = cursor.takeSymbol('=') ? cursor.expect('string').text : label;
    extractions.push({ label, expression });
  } while (cursor.takeSymbol(','));
  return extractions;
}

// assignments := IDENT '=' ( IDENT | STRING ) { ',' … }
function parseAssignments(cursor: Cursor): LabelAssignment[] {
  const assignments: LabelAssignment[] = [];
  do {
    const label = cursor.expect('identifier').text;
    cursor.expect('symbol', '=');
    const template = cursor.take('string');
    const source = template
      ? { template: template.text }
      : { label: cursor.expect('identifier', undefined, 'IDENTIFIER or STRING').text };
    assignments.push({ label, source });
  } while (cursor.takeSymbol(','));
  return assignments;
}

// references := ( IDENT | matcher ) { ',' … }
function parseLabelReferences(cursor: Cursor): LabelReference[] {
  const references: LabelReference[] = [];
  do {
    const name = cursor.expect('identifier');
    if (cursor.token.kind === 'symbol' && isMatchOperator(cursor.token.text)) {
      const operator = cursor.advance().text as MatchOperator;
      const value = cursor.expect('string').text;
      const matcher = { name: name.text, operator, value, span: cursor.spanFrom(name) };
      references.push({ kind: 'matcher', matcher });
    } else references.push({ kind: 'name', name: name.text });
  } while (cursor.takeSymbol(','));
  return references;
}
