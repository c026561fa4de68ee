// Texts: case, parts, blanks, padding, tests.
import { type GoCall, type GoFunction, type GoValue, goFunction } from '#lib/gotemplate/value.ts';
import type { TemplateFunction } from './definition.ts';
import {
  replaceText,
  toLower,
  toTitle,
  toUpper,
  trimPrefix,
  trimSet,
  trimSpace,
  trimSuffix,
} from './go-text.ts';

const ofText = (change: (text: string) => string): GoFunction =>
  goFunction(['string'], ([text]) => change(text as string));

/** With a text to look for or to remove in front of the text itself. */
const withText = (change: (part: string, text: string) => GoValue): GoFunction =>
  goFunction(['string', 'string'], ([part, text]) => change(part as string, text as string));

const withCount = (change: (count: number, text: string, call: GoCall) => string): GoFunction =>
  goFunction(['int', 'string'], ([count, text], call) =>
    change(Number(count), text as string, call),
  );

function repeat(text: string, count: number, call: GoCall): string {
  if (count < 0) throw new Error('strings: negative Repeat count');
  call.charge(count * text.length);
  return text.repeat(count);
}

function indent(count: number, text: string, call: GoCall): string {
  const padding = repeat(' ', count, call);
  call.charge(count * (text.split('\n').length - 1));
  return padding + text.replaceAll('\n', `\n${padding}`);
}

/** The first characters for a positive count, the last for a negative one. */
function truncate(count: number, text: string): string {
  const characters = [...text];
  if (count >= 0) return characters.slice(0, count).join('');
  return characters.length + count > 0 ? characters.slice(count).join('') : text;
}

function substring(start: number, end: number, text: string): string {
  const characters = [...text];
  if (start < 0) return end < 0 ? '' : characters.slice(0, end).join('');
  return characters.slice(start, end < 0 ? undefined : end).join('');
}

function align(count: number, text: string, call: GoCall, side: 'left' | 'right'): string {
  const characters = [...text];
  const missing = count - characters.length;
  if (count < 0 || missing === 0) return text;
  if (missing > 0) {
    const padding = repeat(' ', missing, call);
    return side === 'left' ? text + padding : padding + text;
  }
  return (side === 'left' ? characters.slice(0, count) : characters.slice(-missing)).join('');
}

export const textFunctions: readonly TemplateFunction[] = [
  {
    name: 'lower',
    doc: 'A text in lower case.',
    example: '{{ .level | lower }}',
    evaluate: ofText(toLower),
  },
  {
    name: 'upper',
    doc: 'A text in upper case.',
    example: '{{ .level | upper }}',
    evaluate: ofText(toUpper),
  },
  {
    name: 'title',
    doc: 'A text with the first letter of each word in upper case.',
    example: '{{ .kind | title }}',
    evaluate: ofText(toTitle),
  },
  {
    name: 'trunc',
    doc: 'The first characters of a text, or with a negative count the last.',
    example: '{{ trunc 5 .msg }}',
    evaluate: withCount(truncate),
  },
  {
    name: 'substr',
    doc: 'The characters of a text from a position up to another.',
    example: '{{ substr 0 8 .trace_id }}',
    evaluate: goFunction(['int', 'int', 'string'], ([start, end, text]) =>
      substring(Number(start), Number(end), text as string),
    ),
  },
  {
    name: 'trim',
    doc: 'A text without blanks at its ends.',
    example: '{{ .msg | trim }}',
    evaluate: ofText(trimSpace),
  },
  {
    name: 'trimAll',
    doc: 'A text without certain characters at its ends.',
    example: '{{ .price | trimAll "$€" }}',
    evaluate: withText((set, text) => trimSet(text, set, 'both')),
  },
  {
    name: 'trimPrefix',
    doc: 'A text without what it starts with.',
    example: '{{ .path | trimPrefix "/api" }}',
    evaluate: withText((prefix, text) => trimPrefix(text, prefix)),
  },
  {
    name: 'trimSuffix',
    doc: 'A text without what it ends with.',
    example: '{{ .host | trimSuffix ".local" }}',
    evaluate: withText((suffix, text) => trimSuffix(text, suffix)),
  },
  {
    name: 'replace',
    doc: 'A text with every occurrence of one text replaced by another.',
    example: '{{ .msg | replace "job" "task" }}',
    evaluate: goFunction(['string', 'string', 'string'], ([old, by, text], { charge }) =>
      replaceText(text as string, { old: old as string, by: by as string, count: -1 }, charge),
    ),
  },
  {
    name: 'repeat',
    doc: 'A text so many times.',
    example: '{{ repeat 3 "-" }}',
    evaluate: withCount((count, text, call) => repeat(text, count, call)),
  },
  {
    name: 'indent',
    doc: 'A text with so many blanks in front of each line.',
    example: '{{ __line__ | indent 4 }}',
    evaluate: withCount(indent),
  },
  {
    name: 'nindent',
    doc: 'As indent, on a new line.',
    example: '{{ __line__ | nindent 4 }}',
    evaluate: withCount((count, text, call) => `\n${indent(count, text, call)}`),
  },
  {
    name: 'alignLeft',
    doc: 'A text cut or filled with blanks at its end to so many characters.',
    example: '{{ alignLeft 8 .level }}',
    evaluate: withCount((count, text, call) => align(count, text, call, 'left')),
  },
  {
    name: 'alignRight',
    doc: 'A text cut or filled with blanks at its start to so many characters.',
    example: '{{ alignRight 8 .status }}',
    evaluate: withCount((count, text, call) => align(count, text, call, 'right')),
  },
  {
    name: 'contains',
    doc: 'Whether the second text contains the first.',
    example: '{{ if .msg | contains "fail" }}!{{ end }}',
    evaluate: withText((part, text) => text.includes(part)),
  },
  {
    name: 'hasPrefix',
    doc: 'Whether the second text starts with the first.',
    example: '{{ if .path | hasPrefix "/api" }}api{{ end }}',
    evaluate: withText((part, text) => text.startsWith(part)),
  },
  {
    name: 'hasSuffix',
    doc: 'Whether the second text ends with the first.',
    example: '{{ if .file | hasSuffix ".gz" }}packed{{ end }}',
    evaluate: withText((part, text) => text.endsWith(part)),
  },
];
