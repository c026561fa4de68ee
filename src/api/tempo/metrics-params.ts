// Parameters of metrics queries: times as they are taken from people and programs alike, the step, and
// the query under either of its names.
import { InputError } from '#lib/errors.ts';
import type { MetricsRequest } from '#query/traceql/metrics/answer.ts';
import { type Question, readCount, refused } from './params.ts';
import { parseTimestamp } from './timestamp.ts';

const exemplars = { fallback: 0, max: 0xffff_ffff };
const unitNano: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
  y: 31_536_000_000_000_000n,
};

export function readMetricsRequest({ query, tenant }: Question): MetricsRequest {
  return {
    tenant,
    query: query.get('q') || query.get('query') || '',
    fromNano: readTime(query, 'start'),
    toNano: readTime(query, 'end'),
    sinceNano: readDuration(query, 'since'),
    stepNano: readDuration(query, 'step'),
    // None means Tempo's default.
    exemplars: readCount(query, 'exemplars', exemplars) || undefined,
  };
}

function readTime(query: URLSearchParams, name: string): bigint | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  const nano = parseTimestamp(value);
  if (nano !== undefined) return nano;
  const problem = `strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`;
  throw refused(`could not parse '${name}' parameter: ${problem}`);
}

/** Seconds, or a duration: `30s`, `1m30s`, `0.5s`. */
function readDuration(query: URLSearchParams, name: string): bigint | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  const nano = parseDuration(value);
  if (nano !== undefined) return nano;
  throw refused(`cannot parse ${JSON.stringify(value)} to a valid duration`);
}

function parseDuration(value: string): bigint | undefined {
  if (/^\d+(\.\d*)?$/.test(value)) return nanoOf(value, 's');
  const parts = [...value.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h|d|w|y)/gy)];
  if (parts.map(([part]) => part).join('') !== value) return undefined;
  return parts.reduce((sum, [, number, unit]) => sum + nanoOf(number ?? '0', unit ?? 's'), 0n);
}

function nanoOf(number: string, unit: string): bigint {
  const [whole = '0', part = ''] = number.split('.');
  const scale = unitNano[unit] ?? 0n;
  const fraction =
    (BigInt(part.slice(0, 12) || '0') * scale) / 10n ** BigInt(Math.min(12, part.length));
  return BigInt(whole) * scale + fraction;
}

/** What is wrong with the query, in Tempo's words for these endpoints: without a head. */
export async function withPlainErrors<Answer>(
  ask: () => Promise<Answer>,
  head: (error: InputError) => string = () => '',
): Promise<Answer> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof InputError) || !queryCodes.has(cause.code)) throw cause;
    throw new InputError('tempo_parameter', head(cause) + cause.message, { cause });
  }
}

const queryCodes = new Set(['traceql_parse', 'traceql_type', 'traceql_unsupported']);
