// What live mode knows: the lines shown, those that wait while it is paused, and how the connection is.
// Pure.

import type { LogRow } from '../../../frame/log-row.ts';

/** Lines that are kept, shown or waiting; the oldest go. */
export const liveRowsMax = 5000;

export type LiveConnection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  /** Lost; the next try is in so many milliseconds. */
  | { readonly kind: 'lost'; readonly reason: string; readonly retryMs: number };

export interface LiveState {
  readonly connection: LiveConnection;
  /** Newest first. */
  readonly rows: readonly LogRow[];
  /** Came while paused; newest first. */
  readonly waiting: readonly LogRow[];
  /** Lines that the server left out because the page did not keep up. */
  readonly droppedCount: number;
  /** Older lines that made room for newer ones. */
  readonly removedCount: number;
}

export const noLines: LiveState = {
  connection: { kind: 'connecting' },
  rows: [],
  waiting: [],
  droppedCount: 0,
  removedCount: 0,
};

export interface Arrival {
  readonly rows: readonly LogRow[];
  readonly dropped: number;
}

export function addLines(
  state: LiveState,
  { rows, dropped }: Arrival,
  isPaused: boolean,
): LiveState {
  const known = new Set([...state.rows, ...state.waiting].map((row) => row.id));
  const fresh = rows.filter((row) => !known.has(row.id));
  const counted = { ...state, droppedCount: state.droppedCount + dropped };
  if (fresh.length === 0) return counted;
  return isPaused
    ? trimmed({ ...counted, waiting: newestFirst(fresh, state.waiting) })
    : trimmed({ ...counted, rows: newestFirst(fresh, state.rows) });
}

/** Shows what waits. */
export const showWaiting = (state: LiveState): LiveState =>
  state.waiting.length === 0
    ? state
    : trimmed({ ...state, rows: newestFirst(state.waiting, state.rows), waiting: [] });

function newestFirst(fresh: readonly LogRow[], old: readonly LogRow[]): readonly LogRow[] {
  const all = [...fresh, ...old];
  const isInOrder = (fresh.at(-1)?.timeNano ?? 0n) >= (old[0]?.timeNano ?? 0n);
  if (isInOrder) return all;
  return all.sort((a, b) => (a.timeNano === b.timeNano ? 0 : a.timeNano > b.timeNano ? -1 : 1));
}

function trimmed(state: LiveState): LiveState {
  const rows = state.rows.slice(0, liveRowsMax);
  const waiting = state.waiting.slice(0, liveRowsMax);
  const gone = state.rows.length - rows.length + state.waiting.length - waiting.length;
  return gone === 0 ? state : { ...state, rows, waiting, removedCount: state.removedCount + gone };
}

const firstRetryMs = 1000;
const retryMaxMs = 15_000;

/** Before the n-th try in a row, n from 1. */
export const retryDelayMs = (tries: number): number =>
  Math.min(retryMaxMs, firstRetryMs * 2 ** (tries - 1));
