// Parameters that the endpoints share: times in seconds, counts, durations in Go's notation.
import { InputError } from '#lib/errors.ts';
import type { RequestRange } from '#query/traceql/engine.ts';
import type { HttpRequest } from '#server/route.ts';

export const refused = (message: string): InputError => new InputError('tempo_parameter', message);

const nanoPerSecond = 1_000_000_000n;

/** `start` and `end`, seconds since 1970; 0 and nothing mean: not given. */
export function readRange({ query, tenant }: HttpRequest): RequestRange {
  const fromNano = readSeconds(query, 'start');
  const toNano = readSeconds(query, 'end');
  if (fromNano !== undefined && toNano !== undefined && fromNano > toNano) {
    const [start, end] = [query.get('start'), query.get('end')];
    throw refused(`http parameter start must be before end. received start=${start} end=${end}`);
  }
  return { tenant, fromNano, toNano };
}

function readSeconds(query: URLSearchParams, name: string): bigint | undefined {
  const text = query.get(name);
  if (text === null || text === '' || text === '0') return undefined;
  if (!/^\d{1,10}$/.test(text)) {
    throw refused(
      `invalid ${name}: strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  }
  return BigInt(text) * nanoPerSecond;
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
