// Parameters that the endpoints share: times in seconds, counts, durations in Go's notation.
import { InputError } from '#lib/errors.ts';
import type { UnixNano } from '#model/unit.ts';
import type { RequestRange } from '#query/traceql/engine.ts';
import { parseTimestamp } from './timestamp.ts';

/** What is asked, whether it came by HTTP or by gRPC, in the parameters of HTTP. */
export interface Question {
  readonly tenant: string;
  readonly query: URLSearchParams;
  readonly signal: AbortSignal;
}

export const refused = (message: string): InputError => new InputError('tempo_parameter', message);

const nanoPerSecond = 1_000_000_000n;
const int32Max = 0x7fffffff;

/** `start` and `end`, seconds since 1970; 0 and nothing mean: not given. */
export function readRange({ query, tenant }: Question): RequestRange {
  const fromNano = readSeconds(query, 'start');
  const toNano = readSeconds(query, 'end');
  if (fromNano !== undefined && toNano !== undefined && fromNano > toNano) {
    throw endsFirst(query);
  }
  return { tenant, fromNano, toNano };
}

const secondsMax = 168 * 3600;

/** As Tempo has it for a search: both or none, not the same second, and at most a week. */
export function checkWholeRange({ query }: Question): void {
  const [start, end] = [Number(query.get('start') ?? 0), Number(query.get('end') ?? 0)];
  if ((start !== 0 || end !== 0) && end <= start) throw endsFirst(query);
  if (end - start > secondsMax) throw tooLong(start, end);
}

/** Tempo's most for a search and for completion. */
function tooLong(start: number | bigint, end: number | bigint): InputError {
  const received = `start=${start} end=${end}`;
  return refused(`range specified by start and end exceeds 168h0m0s. received ${received}`);
}

function endsFirst(query: URLSearchParams): InputError {
  const [start, end] = [query.get('start') || '0', query.get('end') || '0'];
  return refused(`http parameter start must be before end. received start=${start} end=${end}`);
}

function readSeconds(query: URLSearchParams, name: string): bigint | undefined {
  const text = query.get(name);
  if (text === null || text === '' || text === '0') return undefined;
  const isNumber = /^\d+$/.test(text);
  if (!isNumber || Number(text) > int32Max) {
    const problem = isNumber ? 'value out of range' : 'invalid syntax';
    throw refused(`invalid ${name}: strconv.ParseInt: parsing ${JSON.stringify(text)}: ${problem}`);
  }
  return BigInt(text) * nanoPerSecond;
}

/** `start` and `end` of completion: seconds, nanoseconds or RFC 3339. */
export function readTagRange({ query, tenant }: Question, isStrict: boolean): RequestRange {
  const toNano = readTimestamp(query, 'end');
  const fromNano = readTimestamp(query, 'start');
  if (fromNano !== undefined && toNano !== undefined) {
    const [start, end] = [fromNano / nanoPerSecond, toNano / nanoPerSecond];
    // For Tempo a range that ends first is too long: its difference wraps around.
    if (end < start || (isStrict && end - start > secondsMax)) throw tooLong(start, end);
  }
  return { tenant, fromNano, toNano };
}

function readTimestamp(query: URLSearchParams, name: string): UnixNano | undefined {
  const text = query.get(name);
  if (text === null || text === '' || text === '0') return undefined;
  const nano = parseTimestamp(text);
  if (nano !== undefined) return nano;
  const problem = `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw refused(`error parsing date range: could not parse '${name}' parameter: ${problem}`);
}

/** A count from 0 on; `fallback` where it is not given. */
export function readCount(
  query: URLSearchParams,
  name: string,
  { fallback, max }: { readonly fallback: number; readonly max: number },
): number {
  const text = query.get(name);
  if (text === null || text === '') return fallback;
  if (!/^\d{1,15}$/.test(text)) {
    throw refused(
      `invalid ${name}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  }
  const count = Number(text);
  if (count > max) throw refused(`${name} ${count} exceeds max ${name} ${max}`);
  return count;
}
