// `(?i)literal` in a line filter. Loki does not run it as a regular expression: it looks for the
// literal in lower case, first of all for its first byte. So a letter whose lower case begins with
// another byte in UTF-8 (İ, the second half of the Cyrillic capitals) starts no match.
import { toLower } from '../template/go-text.ts';

/** Undefined when the pattern is anything else, or when all of its letters are ASCII. */
export function foldedLiteral(pattern: string): ((line: string) => boolean) | undefined {
  const literal = /^\(\?i\)([^\\.+*?()|[\]{}^$]+)$/.exec(pattern)?.[1];
  if (literal === undefined || !/[^\0-\x7f]/.test(literal)) return undefined;
  const wanted = toLower(literal);
  const first = firstByte(wanted);
  return (line) => {
    const lower = toLower(line);
    for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + 1)) {
      const own = line.slice(at);
      if (first < 0x80 ? own.charCodeAt(0) < 0x80 : firstByte(own) === first) return true;
    }
    return false;
  };
}

const encoder = new TextEncoder();

const firstByte = (text: string): number =>
  encoder.encode(String.fromCodePoint(text.codePointAt(0) ?? 0))[0] as number;
