// logfmt: `key=value key="quoted \"value\"" bare`. Faults: where a pair breaks, for strict readers.

const encoder = new TextEncoder();

export interface LogfmtPair {
  readonly key: string;
  /** Undefined for a key without `=`. */
  readonly value: string | undefined;
}

/** Where a pair breaks. Most readers go on, so that the words are only made for those who ask. */
export class LogfmtFault {
  readonly #line: string;
  readonly #at: number;
  readonly #problem: string;
  constructor(line: string, at: number, problem: string) {
    this.#line = line;
    this.#at = at;
    this.#problem = problem;
  }

  /** Places are counted in bytes. */
  get message(): string {
    const place = encoder.encode(this.#line.slice(0, this.#at)).length + 1;
    return `logfmt syntax error at pos ${place} : ${this.#problem}`;
  }
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
    if (line[at] === '"' || (line[at] === '=' && at === start)) {
      yield unexpected(line, at);
      at = nextBlank(line, at);
      continue;
    }
    if (key.includes('\ufffd')) {
      yield new LogfmtFault(line, at, 'invalid key');
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
        yield new LogfmtFault(line, line.length, 'unterminated quoted value');
        return;
      }
      const inner = line.slice(at + 1, end);
      const value = unescapeValue(inner);
      at = end + 1;
      if (value === undefined) yield new LogfmtFault(line, at, 'invalid quoted value');
      else yield { key, value: tidy(value) };
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
  new LogfmtFault(line, at, `unexpected '${line[at]}'`);

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

const simpleEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  "'": "'",
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** The escapes of JSON and `\'`; half a pair of surrogates is no character. Undefined: a bad escape. */
function unescapeValue(inner: string): string | undefined {
  if (!inner.includes('\\')) return inner;
  let isValid = true;
  const value = inner.replace(
    /\\(?:u([\da-fA-F]{4})|([\s\S]?))/g,
    (_, unit?: string, simple = '') => {
      if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16));
      const character = simpleEscapes[simple];
      if (character === undefined) isValid = false;
      return character ?? '';
    },
  );
  return isValid ? value.replace(/\p{Surrogate}/gu, '\ufffd') : undefined;
}
