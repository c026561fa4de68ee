// Go's time.ParseDuration: `1h30m`, `-1.5s`, `300ms`. https://pkg.go.dev/time#ParseDuration

const unitNano: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

const piece = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;

/** Nanoseconds; undefined when it is no duration. */
export function parseGoDuration(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1;
  const start = /^[+-]/.test(text) ? 1 : 0;
  if (text.slice(start) === '0') return 0;
  let nano = 0;
  let at = start;
  while (at < text.length) {
    piece.lastIndex = at;
    const found = piece.exec(text);
    if (!found) return undefined;
    nano += Number(found[1]) * (unitNano[found[2] as string] as number);
    at = piece.lastIndex;
  }
  return at === start ? undefined : sign * nano;
}
