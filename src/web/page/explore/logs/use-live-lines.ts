// Lines of a query as they come. A connection that is lost is made again, from the last line on; whether
// the query itself is wrong is asked with a plain request, since a browser tells nothing about a refused
// WebSocket.

import { useCallback, useEffect, useRef, useState } from 'react';
import { systemClock } from '#lib/clock.ts';
import { queryLogs, toNano } from '../../../data/loki/query-range.ts';
import { openTail } from '../../../data/loki/tail.ts';
import { RequestError } from '../../../data/request.ts';
import { addLines, type LiveState, noLines, retryDelayMs, showWaiting } from './live-state.ts';

export interface LiveLines extends LiveState {
  /** Why these lines cannot be followed at all. */
  readonly error: RequestError | undefined;
  readonly isPaused: boolean;
  readonly setPaused: (isPaused: boolean) => void;
}

const pastMs = 3_600_000;
/** Lines of the past, at first and after a connection was lost. */
const pastLines = 200;
const lostLines = 500;

/** Undefined follows nothing. */
export function useLiveLines(query: string | undefined): LiveLines {
  const [state, setState] = useState<LiveState>(noLines);
  const [error, setError] = useState<RequestError>();
  const [isPaused, setIsPaused] = useState(false);
  const paused = useRef(false);
  const setPaused = useCallback((next: boolean) => {
    paused.current = next;
    setIsPaused(next);
    if (!next) setState(showWaiting);
  }, []);
  useEffect(() => {
    setState(noLines);
    setError(undefined);
    setPaused(false);
    if (query === undefined) return;
    return follow(query, {
      change: (next) => setState((old) => next(old, paused.current)),
      fail: setError,
    });
  }, [query, setPaused]);
  return { ...state, error, isPaused, setPaused };
}

interface Following {
  readonly change: (next: (old: LiveState, isPaused: boolean) => LiveState) => void;
  readonly fail: (error: RequestError) => void;
}

/** Gives what ends it. */
function follow(query: string, { change, fail }: Following): () => void {
  const stopped = new AbortController();
  let tries = 0;
  let lastNano = 0n;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let close = (): void => {};
  const connect = (): void => {
    change((old) => ({ ...old, connection: { kind: 'connecting' } }));
    const isFirst = lastNano === 0n;
    const fromNano = isFirst ? toNano(systemClock.nowMs() - pastMs) : lastNano;
    const limit = isFirst ? pastLines : lostLines;
    close = openTail(
      { query, fromNano, limit },
      {
        onOpen: () => {
          tries = 0;
          change((old) => ({ ...old, connection: { kind: 'open' } }));
        },
        onLines: (rows, dropped) => {
          for (const { timeNano } of rows) if (timeNano > lastNano) lastNano = timeNano;
          change((old, isPaused) => addLines(old, { rows, dropped }, isPaused));
        },
        onEnd: ({ wasOpen, reason }) => {
          if (wasOpen) again(reason);
          else void explain(query, stopped.signal).then(refused);
        },
      },
    );
  };
  const again = (reason: string): void => {
    tries++;
    const retryMs = retryDelayMs(tries);
    change((old) => ({ ...old, connection: { kind: 'lost', reason, retryMs } }));
    timer = setTimeout(connect, retryMs);
  };
  const refused = (error: RequestError | undefined): void => {
    if (stopped.signal.aborted) return;
    if (error === undefined || error.status === 0 || error.status >= 500)
      again(error?.message ?? '');
    else fail(error);
  };
  connect();
  return () => {
    stopped.abort();
    clearTimeout(timer);
    close();
  };
}

/** What is wrong with the query; undefined when nothing is. */
async function explain(query: string, signal: AbortSignal): Promise<RequestError | undefined> {
  const now = toNano(systemClock.nowMs());
  try {
    const answer = await queryLogs(
      { query, fromNano: now - 1_000_000_000n, toNano: now, limit: 1 },
      signal,
    );
    if (answer.kind === 'lines') return undefined;
    return new RequestError('Live mode follows lines, and this query counts them.', 400);
  } catch (error) {
    return error instanceof RequestError ? error : undefined;
  }
}
