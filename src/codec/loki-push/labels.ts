// The labels of a stream as text: `{app="api", env="dev"}`, as protobuf pushes have them.
import { InputError } from '#lib/errors.ts';
import { type Pairs, sortedPairs } from '#model/canonical.ts';

export function parseLabels(text: string): Pairs {
  const pairs: [string, string][] = [];
  const pair = /\s*([a-zA-Z_][\w]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|(?=\}))/y;
  const body = text.trim();
  if (!body.startsWith('{') || !body.endsWith('}')) throw malformed(text, 0);
  let at = 1;
  while (at < body.length - 1) {
    if (/^\s*$/.test(body.slice(at, -1))) break;
    pair.lastIndex = at;
    const found = pair.exec(body);
    if (!found) throw malformed(text, at);
    pairs.push([found[1] as string, resolveEscapes(found[2] as string)]);
    at = pair.lastIndex;
  }
  return sortedPairs(pairs);
}

/** Throws for a name that a label cannot have. */
export function checkLabelNames(pairs: Pairs): void {
  for (const [name] of pairs) {
    const bad = /^[^a-zA-Z_]|[^\w]/.exec(name);
    if (bad || name === '') {
      const text = `{${name}=`;
      throw malformed(text, (bad?.index ?? 0) + 1);
    }
  }
}

function malformed(text: string, at: number): InputError {
  const found = text[at] ?? '}';
  return new InputError(
    'loki_push_labels',
    `couldn't parse labels: 1:${at + 1}: parse error: unexpected character inside braces: '${found}'`,
  );
}

const escapedControls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

const resolveEscapes = (text: string): string =>
  text.replace(/\\(?:u([\da-fA-F]{4})|x([\da-fA-F]{2})|(.))/g, (_, u, x, simple) => {
    const hex = u ?? x;
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return escapedControls[simple] ?? simple;
  });

/** As Loki writes labels in messages. */
export const formatLabels = (pairs: Pairs): string =>
  `{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`;
