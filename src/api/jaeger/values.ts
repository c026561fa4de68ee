// Values of parameters as Go reads them, with its words for what is wrong.
import { parseGoDuration } from '#lib/go-time/duration.ts';
import { refused } from './error-response.ts';

const quoted = (text: string): string => JSON.stringify(text);

/** `explain` puts the parameter's name around what is wrong. */
export type Explain = (problem: string) => string;

const int64Max = 2n ** 63n - 1n;

/** strconv.ParseInt. */
export function parseInteger(text: string, explain: Explain, bits: 32 | 64 = 64): bigint {
  const fail = (problem: string) =>
    refused(explain(`strconv.ParseInt: parsing ${quoted(text)}: ${problem}`));
  if (!/^[+-]?\d+$/.test(text)) throw fail('invalid syntax');
  // Of more digits BigInt would only take time.
  const value = text.length > 40 ? 2n ** 64n : BigInt(text.replace(/^\+/, ''));
  const max = bits === 64 ? int64Max : 2n ** 31n - 1n;
  if (value > max || value < -max - 1n) throw fail('value out of range');
  return value;
}

const truths = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const lies = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** strconv.ParseBool. */
export function parseBoolean(text: string, explain: Explain): boolean {
  if (truths.includes(text)) return true;
  if (lies.includes(text)) return false;
  throw refused(explain(`strconv.ParseBool: parsing ${quoted(text)}: invalid syntax`));
}

/** time.ParseDuration, in nanoseconds. */
export function parseDuration(text: string, explain: Explain): bigint {
  const nano = parseGoDuration(text);
  if (nano !== undefined && Math.abs(nano) < 2 ** 63) return BigInt(Math.round(nano));
  const problem = /^[+-]?[\d.]+$/.test(text) ? 'missing unit in duration' : 'invalid duration';
  throw refused(explain(`time: ${problem} ${quoted(text)}`));
}

const rfc3339 = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:[.,](\d{1,30}))?([Zz]|[+-]\d\d:\d\d)$/;

/** time.Parse of RFC3339Nano, in nanoseconds since 1970. */
export function parseTimestamp(text: string, explain: Explain): bigint {
  const [, day, time, fraction = '', zone] = rfc3339.exec(text) ?? [];
  const ms = day === undefined ? Number.NaN : Date.parse(`${day}T${time}${zone?.toUpperCase()}`);
  if (Number.isNaN(ms)) {
    throw refused(explain(`parsing time ${quoted(text)} as RFC 3339: cannot parse`));
  }
  return BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
}

/** json.Unmarshal into a map of strings. */
export function parseStringMap(text: string, explain: Explain): Map<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refused(explain(cause instanceof Error ? cause.message : 'invalid JSON'));
  }
  if (value === null) return new Map();
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw refused(explain('expected an object of strings'));
  }
  return new Map(
    Object.entries(value).map(([name, each]) => {
      if (typeof each === 'string') return [name, each];
      // Grafana's logfmt fields and people write numbers and booleans; Jaeger wants them quoted.
      if (typeof each === 'number' || typeof each === 'boolean') return [name, String(each)];
      throw refused(explain(`the value of ${quoted(name)} is no string`));
    }),
  );
}
