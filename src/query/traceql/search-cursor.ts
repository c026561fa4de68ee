// Where a page of a search ends, as text that a client hands back for the next one:
// `<order>.<nanoseconds>.<trace id>`. Within an order no two traces have the same place.
import { InputError } from '#lib/errors.ts';

/** Newest or oldest start first; longest or shortest first. Ties by trace id, ascending. */
export const searchOrders = ['start', '-start', 'duration', '-duration'] as const;

/** As in `order=`: without a sign the largest first, with `-` the smallest. */
export type SearchOrder = (typeof searchOrders)[number];

export const defaultOrder: SearchOrder = 'start';

export interface Place {
  /** Start of the trace, or its duration; nanoseconds. */
  readonly key: bigint;
  /** 32 hex digits. */
  readonly traceId: string;
}

export const printCursor = (order: SearchOrder, { key, traceId }: Place): string =>
  `${order}.${key}.${traceId}`;

/** Throws InputError `traceql_cursor` for what no answer in this order gave. */
export function parseCursor(text: string, order: SearchOrder): Place {
  const match = /^(-?[a-z]+)\.(-?\d{1,19})\.([\da-f]{32})$/.exec(text);
  if (match === null || match[1] !== order) {
    throw new InputError('traceql_cursor', `cannot search after '${text.slice(0, 80)}'`, {
      hint: 'Send what the last answer gave for the next page, with the same order.',
    });
  }
  return { key: BigInt(match[2] as string), traceId: match[3] as string };
}

export const isAscending = (order: SearchOrder): boolean => order.startsWith('-');

/** Negative where `a` comes first. */
export function comparePlaces(order: SearchOrder, a: Place, b: Place): number {
  if (a.key !== b.key) return a.key < b.key === isAscending(order) ? -1 : 1;
  return a.traceId < b.traceId ? -1 : a.traceId > b.traceId ? 1 : 0;
}
