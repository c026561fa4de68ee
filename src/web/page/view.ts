// What all pages share: the time range, when to ask again, and how to change both.

import { useCallback, useEffect, useMemo, useState } from 'react';
import { systemClock } from '#lib/clock.ts';
import { isAnyPending } from '../data/request.ts';
import {
  absoluteRange,
  isRelative,
  type ResolvedRange,
  resolveRange,
  type TimeRange,
} from '../frame/time-range.ts';
import { navigate, type Place, usePlace } from '../location.ts';
import { readRange, withParams } from './link.ts';

export interface View {
  readonly place: Place;
  readonly range: TimeRange;
  /** `range` at the moment of the last navigation, run or refresh. */
  readonly resolved: ResolvedRange;
  readonly refresh: string;
  /** Counts runs and refreshes; part of the key of every request that is to be asked again. */
  readonly turn: number;
  readonly setRange: (range: TimeRange) => void;
  readonly zoom: (fromMs: number, toMs: number) => void;
  readonly setRefresh: (refresh: string) => void;
  /** Asks everything on the page again, up to now. */
  readonly runAgain: () => void;
}

export interface PageProps {
  readonly view: View;
}

export const refreshChoices: readonly { readonly name: string; readonly everyMs: number }[] = [
  { name: 'off', everyMs: 0 },
  { name: '5s', everyMs: 5000 },
  { name: '10s', everyMs: 10_000 },
  { name: '30s', everyMs: 30_000 },
  { name: '1m', everyMs: 60_000 },
];

export function useView(): View {
  const place = usePlace();
  const { from, to } = readRange(place.params);
  const range = useMemo(() => ({ from, to }), [from, to]);
  const [tick, setTick] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a tick moves `now`.
  const resolved = useMemo(() => resolveRange(range, systemClock.nowMs()), [range, tick]);
  const refresh = place.params.get('refresh') ?? 'off';
  const runAgain = useCallback(() => setTick((old) => old + 1), []);
  useAutoRefresh(isRelative(range) ? refresh : 'off', runAgain);
  const setRange = useCallback(
    (next: TimeRange) => navigate(withParams(place, { from: next.from, to: next.to })),
    [place],
  );
  return {
    place,
    range,
    resolved,
    refresh,
    turn: tick,
    setRange,
    zoom: useCallback((fromMs, toMs) => setRange(absoluteRange(fromMs, toMs)), [setRange]),
    setRefresh: (next) =>
      navigate(withParams(place, { refresh: next === 'off' ? undefined : next }), {
        replace: true,
      }),
    runAgain,
  };
}

/** Skips a turn while an answer is still awaited or nobody looks. */
function useAutoRefresh(refresh: string, runAgain: () => void): void {
  const everyMs = refreshChoices.find(({ name }) => name === refresh)?.everyMs ?? 0;
  useEffect(() => {
    if (everyMs === 0) return;
    const timer = setInterval(() => {
      if (!document.hidden && !isAnyPending()) runAgain();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, runAgain]);
}
