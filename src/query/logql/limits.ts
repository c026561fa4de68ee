// Limits of LogQL queries; each is named with its key in every message about it.
import { InputError } from '#lib/errors.ts';
import { formatDurationNano } from './syntax/literal.ts';
import { spellGoDuration } from './syntax/spelling.ts';

export interface LogqlLimits {
  /** `query.max_entries`: log lines of an answer. */
  readonly entriesMax: number;
  /** `query.max_series`: series that a metric query may hold. */
  readonly seriesMax: number;
  /** `query.max_samples`: points (series by steps) of a range aggregation. */
  readonly samplesMax: number;
  /** `query.max_lines_scanned`: lines that a query may read out of the engine. */
  readonly linesScannedMax: number;
  /** `query.max_bytes_scanned`: bytes of those lines; 0 for any number. */
  readonly bytesScannedMax: number;
  /** `query.max_answer_bytes`: of the lines of an answer, formatted. */
  readonly answerBytesMax: number;
  /** `query.max_length`: from start to end of a range; 0 for any. */
  readonly lengthMaxMs: number;
  /** `query.timeout`. */
  readonly timeoutMs: number;
}

export const defaultLogqlLimits: LogqlLimits = {
  entriesMax: 5000,
  seriesMax: 500,
  samplesMax: 50_000_000,
  linesScannedMax: 20_000_000,
  bytesScannedMax: 16 * 1024 ** 3,
  answerBytesMax: 256 * 1024 ** 2,
  lengthMaxMs: 721 * 3_600_000,
  timeoutMs: 120_000,
};

/** Loki's words, and unless they must be exactly those the key that helps. */
const withKey = (message: string, key: string, isStrict: boolean): string =>
  isStrict ? message : `${message} (${key})`;

export function checkEntries(limit: number, { entriesMax }: LogqlLimits, isStrict: boolean): void {
  if (limit <= entriesMax) return;
  const text = `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${entriesMax})`;
  throw new InputError('limit_entries', withKey(text, 'query.max_entries', isStrict), {
    hint: 'Ask for the next lines with the cursor of an answer, or raise query.max_entries.',
  });
}

export function checkSeriesCount(count: number, { seriesMax }: LogqlLimits): void {
  if (count <= seriesMax) return;
  throw new InputError(
    'limit_series',
    `maximum of series (${seriesMax}) reached for a single query (query.max_series)`,
    { hint: 'Aggregate with sum by (…), or raise query.max_series.' },
  );
}

/** `bytes` counts a character as one. */
export function checkAnswerBytes(bytes: number, { answerBytesMax }: LogqlLimits): void {
  if (bytes <= answerBytesMax) return;
  throw new InputError(
    'limit_answer_bytes',
    `the lines of the answer have more than ${answerBytesMax} bytes (query.max_answer_bytes)`,
    { hint: 'Ask for fewer lines (limit), shorten them with line_format, or raise the limit.' },
  );
}

export function checkLength(
  { startNano, endNano }: { readonly startNano: bigint; readonly endNano: bigint },
  { lengthMaxMs }: LogqlLimits,
  isStrict: boolean,
): void {
  const [length, most] = [endNano - startNano, BigInt(lengthMaxMs) * 1_000_000n];
  if (most === 0n || length <= most) return;
  const text = `the query time range exceeds the limit (query length: ${spellGoDuration(length)}, limit: ${formatDurationNano(most)})`;
  throw new InputError('limit_length', withKey(text, 'query.max_length', isStrict), {
    hint: 'Ask for less time, or raise query.max_length.',
  });
}
