// Times as Tempo's newer endpoints take them: seconds or nanoseconds since 1970, or RFC 3339.
import type { UnixNano } from '#model/unit.ts';

const nanoPerSecond = 1_000_000_000n;
const rfc3339 = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/;

/** Up to ten digits are seconds, more are nanoseconds; undefined when it is no time. */
export function parseTimestamp(text: string): UnixNano | undefined {
  if (/^\d+$/.test(text)) return text.length <= 10 ? BigInt(text) * nanoPerSecond : BigInt(text);
  const decimal = /^(\d+)\.(\d*)$/.exec(text);
  if (decimal) return BigInt(decimal[1] as string) * nanoPerSecond + fraction(decimal[2] ?? '');
  const [, day, time, part = '', zone] = rfc3339.exec(text) ?? [];
  const ms = Date.parse(`${day}T${time}${zone}`);
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1_000_000n + fraction(part);
}

/** Nanoseconds behind the point. */
const fraction = (digits: string): bigint => BigInt(digits.slice(0, 9).padEnd(9, '0'));
