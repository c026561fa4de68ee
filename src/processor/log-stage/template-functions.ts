// The functions that Promtail adds to templates, beside those that are handed in.
// https://grafana.com/docs/loki/latest/send-data/promtail/stages/template/#supported-functions
import { createHash } from 'node:crypto';
import { RE2JS } from 're2js';
import { type GoFunction, type GoValue, goFunction } from '#lib/gotemplate/value.ts';
import { Lru } from '#lib/lru.ts';

const onText = (change: (text: string) => string): GoFunction =>
  goFunction(['string'], ([text]) => change(text as string));

const onTwo = (change: (first: string, second: string) => string): GoFunction =>
  goFunction(['string', 'string'], ([first, second]) => change(first as string, second as string));

const hashOf = (algorithm: 'sha256' | 'sha3-256'): GoFunction =>
  onTwo((salt, input) =>
    createHash(algorithm)
      .update(salt + input)
      .digest('hex'),
  );

/** Expressions of templates may come from the line: only so many stay compiled. */
const patterns = new Lru<string, RE2JS>(100);

function patternOf(expression: string): RE2JS {
  const known = patterns.get(expression);
  if (known) return known;
  const compiled = RE2JS.compile(expression);
  patterns.set(expression, compiled);
  return compiled;
}

const replacing = (isLiteral: boolean): GoFunction =>
  goFunction(['string', 'string', 'string'], (args) => {
    const [expression, text, replacement] = args as string[];
    const matcher = patternOf(expression as string).matcher(text as string);
    const given = replacement as string;
    if (isLiteral) return matcher.replaceAll(RE2JS.quoteReplacement(given));
    return replaceAll(text as string, patternOf(expression as string), given);
  });

/** Go's `$1`, `${1}` and `${name}`; what is no group is empty. */
function replaceAll(text: string, pattern: RE2JS, replacement: string): string {
  const matcher = pattern.matcher(text);
  const names = pattern.namedGroups() as Record<string, number>;
  let replaced = '';
  let from = 0;
  while (matcher.find()) {
    replaced += text.slice(from, matcher.start());
    replaced += replacement.replace(
      /\$(?:\$|(\w+)|\{(\w+)\})/g,
      (_, open?: string, closed?: string) => {
        const name = open ?? closed;
        if (name === undefined) return '$';
        const group = /^\d+$/.test(name) ? Number(name) : (names[name] ?? -1);
        return group >= 0 && group <= matcher.groupCount() ? (matcher.group(group) ?? '') : '';
      },
    );
    from = matcher.end();
  }
  return replaced + text.slice(from);
}

const trimSet = (text: string, set: string, sides: { start: boolean; end: boolean }): string => {
  const characters = new Set(set);
  const all = [...text];
  let [from, to] = [0, all.length];
  while (sides.start && from < to && characters.has(all[from] as string)) from++;
  while (sides.end && to > from && characters.has(all[to - 1] as string)) to--;
  return all.slice(from, to).join('');
};

function replaceSome(args: readonly GoValue[]): string {
  const [text, old, by, count] = args as [string, string, string, bigint];
  const parts = old === '' ? ['', ...text, ''] : text.split(old);
  const countMax = count < 0n ? parts.length : Number(count);
  return parts.reduce((whole, part, i) => whole + (i <= countMax ? by : old) + part);
}

export const promtailFunctions: Readonly<Record<string, GoFunction>> = {
  ToLower: onText((text) => text.toLowerCase()),
  ToUpper: onText((text) => text.toUpperCase()),
  Replace: goFunction(['string', 'string', 'string', 'int'], replaceSome),
  Trim: onTwo((text, set) => trimSet(text, set, { start: true, end: true })),
  TrimLeft: onTwo((text, set) => trimSet(text, set, { start: true, end: false })),
  TrimRight: onTwo((text, set) => trimSet(text, set, { start: false, end: true })),
  TrimPrefix: onTwo((text, start) => (text.startsWith(start) ? text.slice(start.length) : text)),
  TrimSuffix: onTwo((text, end) =>
    end !== '' && text.endsWith(end) ? text.slice(0, -end.length) : text,
  ),
  TrimSpace: onText((text) => text.trim()),
  Hash: hashOf('sha3-256'),
  Sha2Hash: hashOf('sha256'),
  regexReplaceAll: replacing(false),
  regexReplaceAllLiteral: replacing(true),
};
