// `2019-01-01T01:00:00.000000001Z`, the time of Docker and CRI, without going through a layout.

const two = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
};

// Lines of the same second come together.
let knownPrefix = '';
let knownNano = 0n;

/** Nanoseconds since 1970; undefined for what looks any other way, be it a time or not. */
export function parseRfc3339(text: string): bigint | undefined {
  const prefix = text.slice(0, 19);
  if (prefix !== knownPrefix) {
    const ms = secondsOf(prefix);
    if (ms === undefined) return undefined;
    knownPrefix = prefix;
    knownNano = BigInt(ms) * 1_000_000n;
  }
  let at = 19;
  let nanosecond = 0;
  if (text[at] === '.') {
    let digits = 0;
    for (at++; digits < 9; digits++) {
      const digit = text.charCodeAt(at + digits) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      nanosecond = nanosecond * 10 + digit;
    }
    if (digits === 0) return undefined;
    at += digits;
    nanosecond *= 10 ** (9 - digits);
  }
  const offsetMs = offsetOf(text, at);
  if (offsetMs === undefined) return undefined;
  const local = knownNano + BigInt(nanosecond);
  return offsetMs === 0 ? local : local - BigInt(offsetMs) * 1_000_000n;
}

function secondsOf(prefix: string): number | undefined {
  const separators = prefix[4] === '-' && prefix[7] === '-' && prefix[10] === 'T';
  if (!separators || prefix[13] !== ':' || prefix[16] !== ':') return undefined;
  const [month, day] = [two(prefix, 5), two(prefix, 8)];
  const [hour, minute, second] = [two(prefix, 11), two(prefix, 14), two(prefix, 17)];
  const year = two(prefix, 0) * 100 + two(prefix, 2);
  // The end of the month is left to the layout.
  const isDate = year >= 100 && month >= 1 && month <= 12 && day >= 1 && day <= 28;
  if (!isDate || !(hour < 24 && minute < 60 && second < 60)) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function offsetOf(text: string, at: number): number | undefined {
  if (text[at] === 'Z') return at + 1 === text.length ? 0 : undefined;
  if (text[at + 3] !== ':' || text.length !== at + 6) return undefined;
  const [hours, minutes] = [two(text, at + 1), two(text, at + 4)];
  if (!(hours <= 24 && minutes < 60)) return undefined;
  const ms = (hours * 60 + minutes) * 60_000;
  if (text[at] === '+') return ms;
  return text[at] === '-' ? -ms : undefined;
}
