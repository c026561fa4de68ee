// logfmt: `key=value key="quoted" bare`. What is broken ends the reading of its line.
// https://pkg.go.dev/github.com/go-logfmt/logfmt

/** Pairs as far as the text is right; a key without a value is not told. Throws Error where the text
 * stops being logfmt. */
export function readLogfmt(text: string, onPair: (key: string, value: string) => void): void {
  for (const line of text.includes('\n') ? text.split('\n') : [text]) readLine(line, onPair);
}

function readLine(line: string, onPair: (key: string, value: string) => void): void {
  let at = 0;
  for (;;) {
    while (at < line.length && line.charCodeAt(at) <= 0x20) at++;
    if (at >= line.length) return;
    const start = at;
    at = keyEnd(line, at);
    const key = line.slice(start, at);
    if (line[at] !== '=') {
      if (line[at] === '"') throw new Error(`unexpected '"' at character ${at + 1}`);
      continue;
    }
    if (key === '') throw new Error(`unexpected '=' at character ${at + 1}`);
    at++;
    if (line[at] === '"') {
      const end = quotedEnd(line, at);
      onPair(key, unquote(line.slice(at, end)));
      at = end;
      continue;
    }
    const from = at;
    at = keyEnd(line, at);
    if (line[at] === '=' || line[at] === '"') {
      throw new Error(`unexpected '${line[at]}' at character ${at + 1}`);
    }
    // A key with nothing after `=` has no value.
    if (at > from) onPair(key, line.slice(from, at));
  }
}

function keyEnd(line: string, from: number): number {
  let at = from;
  for (; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code <= 0x20 || code === 0x3d || code === 0x22) break;
  }
  return at;
}

function quotedEnd(line: string, from: number): number {
  for (let at = from + 1; at < line.length; at++) {
    if (line[at] === '\\') at++;
    else if (line[at] === '"') return at + 1;
  }
  throw new Error('a quote that does not end');
}

function unquote(quoted: string): string {
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}
