// A request as React state. The last answer stays while the next one is on its way, so that nothing
// jumps; a new request aborts the one before it.

import { useCallback, useEffect, useRef, useState } from 'react';
import { systemClock } from '#lib/clock.ts';
import { RequestError } from './request.ts';

export interface RequestState<T> {
  /** The last good answer; gone after an error. May belong to the previous key while loading. */
  readonly value: T | undefined;
  readonly error: RequestError | undefined;
  readonly isLoading: boolean;
  readonly isCancelled: boolean;
  /** The key that `value` answers. */
  readonly valueKey: string | undefined;
  readonly tookMs: number | undefined;
  readonly cancel: () => void;
}

interface Outcome<T> {
  readonly value?: T;
  readonly error?: RequestError;
  readonly key?: string;
  readonly tookMs?: number;
  readonly isCancelled?: boolean;
  /** The key of the request that is finished; loading while it is not the wanted one. */
  readonly settled?: string;
}

/** Runs `run` whenever `key` changes; undefined asks nothing. `run` must depend on `key` only. */
export function useRequest<T>(
  key: string | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): RequestState<T> {
  const [outcome, setOutcome] = useState<Outcome<T>>({});
  const runRef = useRef(run);
  const controller = useRef<AbortController | undefined>(undefined);
  useEffect(() => {
    runRef.current = run;
  });
  useEffect(() => {
    if (key === undefined) return;
    const abort = new AbortController();
    controller.current = abort;
    const startMs = systemClock.monotonicMs();
    runRef
      .current(abort.signal)
      .then((value) => {
        if (abort.signal.aborted) return;
        const tookMs = systemClock.monotonicMs() - startMs;
        setOutcome({ value, key, tookMs, settled: key });
      })
      .catch((error: unknown) => {
        if (!abort.signal.aborted) setOutcome({ error: toRequestError(error), settled: key });
      });
    return () => abort.abort();
  }, [key]);
  const cancel = useCallback(() => {
    controller.current?.abort();
    if (key !== undefined) setOutcome((old) => ({ ...old, isCancelled: true, settled: key }));
  }, [key]);
  const isSettled = outcome.settled === key;
  return {
    value: key === undefined ? undefined : outcome.value,
    error: isSettled ? outcome.error : undefined,
    isLoading: key !== undefined && !isSettled,
    isCancelled: isSettled && outcome.isCancelled === true,
    valueKey: outcome.key,
    tookMs: outcome.tookMs,
    cancel,
  };
}

function toRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new RequestError(message, 0, error);
}
