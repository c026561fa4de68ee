// Durations, sizes and numbers as Prometheus's files have them.

const units = [
  ['y', 31_536_000_000],
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

const durationPattern =
  /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** What Go's durations hold: 64 bits of nanoseconds. */
const DURATION_MAX_MS = 9_223_372_036_854;

/** Milliseconds, or undefined: units in this order, each at most once; `0` needs none. */
export function parsePrometheusDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const match = durationPattern.exec(text);
  if (!match || text === '') return undefined;
  let total = 0;
  units.forEach(([, size], i) => {
    total += Number(match[i + 1] ?? 0) * size;
  });
  return total <= DURATION_MAX_MS ? total : undefined;
}

/** As Prometheus prints them: years and weeks only when they divide the whole rest. */
export function formatPrometheusDuration(durationMs: number): string {
  if (durationMs === 0) return '0s';
  let rest = durationMs;
  let text = '';
  for (const [unit, size] of units) {
    if ((unit === 'y' || unit === 'w') && rest % size !== 0) continue;
    const amount = Math.floor(rest / size);
    if (amount > 0) text += `${amount}${unit}`;
    rest -= amount * size;
  }
  return text;
}

const sizeUnits = ['B', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** Bytes, or undefined: `15MB` and `15MiB` are both 15 · 1024²; a number needs its unit. */
export function parsePrometheusSize(text: string): number | undefined {
  if (text === '0') return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)([KMGTPE]?)(i?)B/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined;
  let total = 0;
  for (const [, amount, letter, binary] of parts) {
    if (binary === 'i' && letter === '') return undefined;
    total += Number(amount) * 1024 ** sizeUnits.indexOf(`${letter}B`);
  }
  return total;
}

/** As Prometheus prints them: `1GiB512MiB`. */
export function formatPrometheusSize(bytes: number): string {
  if (bytes === 0) return '0B';
  let rest = bytes;
  let text = '';
  for (let power = sizeUnits.length - 1; power >= 0; power--) {
    const size = 1024 ** power;
    const amount = Math.floor(rest / size);
    if (amount > 0) text += `${amount}${(sizeUnits[power] as string).replace(/^(.)B$/, '$1iB')}`;
    rest -= amount * size;
  }
  return text;
}

/** YAML 1.1: `1_000`, `0x1f`, `0o17`, `017`, `0b11`. */
export function parseYamlInteger(text: string): bigint | undefined {
  const match = /^([-+]?)(0x[\da-f]+|0b[01]+|0o?[0-7]*|[1-9]\d*)$/i.exec(text.replaceAll('_', ''));
  if (!match) return undefined;
  const digits = (match[2] as string).replace(/^0o?(?=[0-7])/i, '0o');
  return match[1] === '-' ? -BigInt(digits) : BigInt(digits);
}

/** Undefined for what is no number. */
export function parseYamlFloat(text: string): number | undefined {
  const plain = text.replaceAll('_', '');
  if (/^[-+]?\.inf$/i.test(plain)) {
    return plain.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (/^\.nan$/i.test(plain)) return Number.NaN;
  if (/^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i.test(plain)) return Number(plain);
  const integer = parseYamlInteger(plain);
  return integer === undefined ? undefined : Number(integer);
}

const truths = new Map<string, boolean>();
for (const [words, value] of [
  ['y yes true on', true],
  ['n no false off', false],
] as const) {
  for (const word of words.split(' ')) {
    for (const spelling of [word, word.toUpperCase(), word[0]?.toUpperCase() + word.slice(1)]) {
      truths.set(spelling, value);
    }
  }
}

/** YAML 1.1: `yes`, `On`, `FALSE`, …. */
export const parseYamlFlag = (text: string): boolean | undefined => truths.get(text);
