// Colours for the three languages. PromQL has its official grammar; for LogQL and TraceQL a tokenizer
// tells words, strings and numbers apart, which is all that colour needs.

import {
  HighlightStyle,
  LRLanguage,
  StreamLanguage,
  type StringStream,
} from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { tags } from '@lezer/highlight';
import { parser } from '@prometheus-io/lezer-promql';
import type { EditorLanguage } from './context.ts';

interface Words {
  readonly functions: ReadonlySet<string>;
  readonly keywords: ReadonlySet<string>;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const logqlWords: Words = {
  functions: words(
    'rate rate_counter count_over_time bytes_rate bytes_over_time absent_over_time sum_over_time ' +
      'avg_over_time min_over_time max_over_time stdvar_over_time stddev_over_time first_over_time ' +
      'last_over_time quantile_over_time sum avg min max count topk bottomk approx_topk stddev stdvar sort ' +
      'sort_desc vector label_replace json logfmt pattern regexp unpack line_format label_format ' +
      'decolorize drop keep unwrap distinct',
  ),
  keywords: words('by without on ignoring group_left group_right and or unless offset bool ip'),
};

const traceqlWords: Words = {
  functions: words(
    'count avg min max sum rate count_over_time quantile_over_time histogram_over_time compare ' +
      'min_over_time max_over_time avg_over_time sum_over_time topk bottomk select coalesce',
  ),
  keywords: words(
    'by with true false nil error ok unset server client producer consumer internal unspecified',
  ),
};

function tokenize(stream: StringStream, { functions, keywords }: Words): string | null {
  if (stream.eatSpace()) return null;
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^`[^`]*`?/)) return 'string';
  if (stream.match(/^#.*/)) return 'comment';
  if (stream.match(/^\d+(?:\.\d+)?[a-zA-Zµ]*/)) return 'number';
  const word = stream.match(/^[A-Za-z_][\w.:]*/);
  if (Array.isArray(word)) {
    if (keywords.has(word[0])) return 'keyword';
    if (functions.has(word[0])) return 'function';
    return 'propertyName';
  }
  if (stream.match(/^[=!<>~|&+\-*/%^]+/)) return 'operator';
  stream.next();
  return null;
}

const streamLanguage = (list: Words): Extension =>
  StreamLanguage.define({
    token: (stream) => tokenize(stream, list),
    tokenTable: { function: tags.function(tags.variableName) },
  });

const languages: Record<EditorLanguage, Extension> = {
  promql: LRLanguage.define({ parser, languageData: { closeBrackets: { brackets: '([{"' } } }),
  logql: streamLanguage(logqlWords),
  traceql: streamLanguage(traceqlWords),
};

export const languageExtension = (language: EditorLanguage): Extension => languages[language];

export const highlightStyle = HighlightStyle.define([
  { tag: tags.function(tags.variableName), color: 'var(--syntax-function)' },
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: 'var(--syntax-keyword)' },
  { tag: [tags.labelName, tags.propertyName, tags.attributeName], color: 'var(--syntax-label)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--syntax-string)' },
  { tag: [tags.number, tags.bool], color: 'var(--syntax-number)' },
  { tag: tags.comment, color: 'var(--syntax-comment)', fontStyle: 'italic' },
  { tag: [tags.operator, tags.arithmeticOperator], color: 'var(--text-soft)' },
]);
