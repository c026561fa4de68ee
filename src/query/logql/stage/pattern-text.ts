// The pattern language of `pattern` and of `|>`: literals with captures `<name>` and `<_>`. A capture
// takes everything up to the next literal. https://grafana.com/docs/loki/latest/query/log_queries/#pattern
export type PatternPart = { readonly literal: string } | { readonly capture: string };

export interface Pattern {
  readonly parts: readonly PatternPart[];
  /** Named captures in order, `_` excluded. */
  readonly names: readonly string[];
}

export function parsePattern(text: string): Pattern {
  const parts: PatternPart[] = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    const capture = /^<([a-zA-Z_]\w*)>/.exec(text.slice(at, at + 256));
    if (capture) {
      if (literal !== '') parts.push({ literal });
      literal = '';
      parts.push({ capture: capture[1] as string });
      at += capture[0].length;
    } else literal += text[at++];
  }
  if (literal !== '') parts.push({ literal });
  const names = parts.flatMap((part) =>
    'capture' in part && part.capture !== '_' ? [part.capture] : [],
  );
  return { parts, names };
}

/** What is wrong with a pattern, if it may not have two captures in a row; undefined: nothing. */
export function consecutiveCaptures(pattern: Pattern): string | undefined {
  for (let i = 1; i < pattern.parts.length; i++) {
    const [a, b] = [pattern.parts[i - 1], pattern.parts[i]];
    if (a && b && 'capture' in a && 'capture' in b) return `<${a.capture}><${b.capture}>`;
  }
  return undefined;
}

/** The captures as far as the line follows the pattern; a leading literal must start the line. */
export function capturePattern(pattern: Pattern, line: string): [string, string][] {
  const captures: [string, string][] = [];
  if (line === '') return captures;
  let at = 0;
  const { parts } = pattern;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as PatternPart;
    if ('literal' in part) {
      if (!line.startsWith(part.literal, at)) return captures;
      at += part.literal.length;
      continue;
    }
    const next = parts[i + 1];
    const end = next && 'literal' in next ? line.indexOf(next.literal, at) : line.length;
    const stop = end < 0 ? line.length : end;
    if (part.capture !== '_') captures.push([part.capture, line.slice(at, stop)]);
    if (end < 0) return captures;
    at = end;
  }
  return captures;
}

/**
 * Whether the line follows the pattern, as `|>` asks: `<_>` takes one character or more, and each
 * literal is where it is found first, so that `<_> b` does not match `a b b`. A literal at the
 * beginning may stand anywhere, as Loki has it.
 */
export function matchesPattern({ parts }: Pattern, line: string): boolean {
  const last = parts.at(-1);
  if (!last || line === '') return !last && line === '';
  let end = 0;
  for (const [i, part] of parts.entries()) {
    if ('capture' in part) continue;
    const at = line.indexOf(part.literal, end);
    if (at < 0 || (i > 0 && at === end)) return false;
    end = at + part.literal.length;
  }
  return 'capture' in last === end < line.length;
}
