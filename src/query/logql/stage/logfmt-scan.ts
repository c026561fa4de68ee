// logfmt: `key=value key="quoted \"value\"" bare`. Faults: where a pair breaks, for strict readers.
import { unescapeQuoted } from '../syntax/literal.ts';

export interface LogfmtPair {
  readonly key: string;
  /** Undefined for a key without `=`. */
  readonly value: string | undefined;
}

export interface LogfmtFault {
  readonly fault: string;
}

const isBlank = (line: string, at: number): boolean => line.charCodeAt(at) <= 0x20;

/** Pairs and faults in the order of the line. After a fault reading goes on behind the next blank. */
export function* logfmtPairs(line: string): Generator<LogfmtPair | LogfmtFault> {
  let at = 0;
  for (;;) {
    while (at < line.length && isBlank(line, at)) at++;
    if (at >= line.length) return;
    const start = at;
    while (at < line.length && !isBlank(line, at) && line[at] !== '=' && line[at] !== '"') at++;
    const key = line.slice(start, at);
    if (key.includes('\ufffd')) {
      yield fault(line, at, 'invalid key');
      at = nextBlank(line, at);
      continue;
    }
    if (line[at] === '"' || (line[at] === '=' && at === start)) {
      yield unexpected(line, at);
      at = nextBlank(line, at);
      continue;
    }
    if (line[at] !== '=') {
      yield { key, value: undefined };
      continue;
    }
    at++;
    if (line[at] === '"') {
      const end = quotedEnd(line, at);
      if (end < 0) {
        yield fault(line, at, 'unterminated quoted value');
        return;
      }
      const inner = line.slice(at + 1, end);
      const value = unescapeQuoted(inner);
      if (value === undefined) {
        yield fault(line, end, 'invalid quoted value');
      } else yield { key, value: tidy(value) };
      at = end + 1;
      continue;
    }
    const valueStart = at;
    while (at < line.length && !isBlank(line, at) && line[at] !== '=' && line[at] !== '"') at++;
    if (line[at] === '=' || line[at] === '"') {
      yield unexpected(line, at);
      at = nextBlank(line, at);
      continue;
    }
    yield { key, value: tidy(line.slice(valueStart, at)) };
  }
}

const unexpected = (line: string, at: number): LogfmtFault =>
  fault(line, at, `unexpected '${line[at]}'`);

/** Places are counted in bytes. */
const fault = (line: string, at: number, problem: string): LogfmtFault => ({
  fault: `logfmt syntax error at pos ${Buffer.byteLength(line.slice(0, at)) + 1} : ${problem}`,
});

const tidy = (value: string): string => value.replaceAll('\ufffd', ' ');

function nextBlank(line: string, from: number): number {
  let at = from;
  while (at < line.length && !isBlank(line, at)) at++;
  return at;
}

function quotedEnd(line: string, at: number): number {
  for (let i = at + 1; i < line.length; i++) {
    if (line[i] === '\\') i++;
    else if (line[i] === '"') return i;
  }
  return -1;
}
