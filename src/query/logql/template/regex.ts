// Regular expressions: RE2. A pattern is compiled once, because every line asks for it again.
import { RE2JS } from 're2js';
import { messageOf } from '#lib/errors.ts';
import { expandMatch } from '#lib/expand-match.ts';
import { type GoCall, type GoFunction, goFunction } from '#lib/gotemplate/value.ts';
import { Lru } from '#lib/lru.ts';
import type { TemplateFunction } from './definition.ts';

const compiled = new Lru<string, RE2JS>(200);

function compile(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known) return known;
  try {
    const regex = RE2JS.compile(pattern);
    compiled.set(pattern, regex);
    return regex;
  } catch (cause) {
    const reason = messageOf(cause).replace(/^error parsing regexp: /, '');
    throw new Error(`error parsing regexp: ${reason}`, { cause });
  }
}

type Match = ReturnType<RE2JS['matcher']>;

/** Matches from left to right; an empty one does not follow at the end of another. */
function* matchesOf(regex: RE2JS, text: string): Generator<Match> {
  const matcher = regex.matcher(text);
  let last = -1;
  let from = 0;
  while (from <= text.length && matcher.find(from)) {
    const [start, end] = [matcher.start(), matcher.end()];
    if (end > start || start !== last) yield matcher;
    last = end;
    from = end > start ? end : end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1);
  }
}

function replaceMatches(
  pattern: string,
  text: string,
  by: (match: Match) => string,
  { charge }: GoCall,
): string {
  let result = '';
  let from = 0;
  for (const match of matchesOf(compile(pattern), text)) {
    const replacement = by(match);
    charge(replacement.length);
    result += text.slice(from, match.start()) + replacement;
    from = match.end();
  }
  return result + text.slice(from);
}

const ofThree = (
  change: (pattern: string, text: string, by: string, call: GoCall) => string,
): GoFunction =>
  goFunction(['string', 'string', 'string'], ([pattern, text, by], call) =>
    change(pattern as string, text as string, by as string, call),
  );

export const regexFunctions: readonly TemplateFunction[] = [
  {
    name: 'regexReplaceAll',
    doc: 'A text with every match of a regular expression replaced; $1 is its first group, $name a named one.',
    example: '{{ regexReplaceAll "(\\\\d+)" .msg "<$1>" }}',
    evaluate: ofThree((pattern, text, by, call) => {
      return replaceMatches(pattern, text, (match) => expandMatch(by, match), call);
    }),
  },
  {
    name: 'regexReplaceAllLiteral',
    doc: 'A text with every match of a regular expression replaced by a text as it is.',
    example: '{{ regexReplaceAllLiteral "\\\\d" .msg "$" }}',
    evaluate: ofThree((pattern, text, by, call) => replaceMatches(pattern, text, () => by, call)),
  },
  {
    name: 'count',
    doc: 'How often a regular expression matches in a text.',
    example: '{{ __line__ | count "error" }}',
    evaluate: goFunction(['string', 'string'], ([pattern, text]) => {
      let found = 0n;
      for (const _ of matchesOf(compile(pattern as string), text as string)) found++;
      return found;
    }),
  },
];
