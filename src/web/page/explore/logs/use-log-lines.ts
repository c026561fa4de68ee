// Lines of a query, page by page. A page older than what is there is asked with the time of the
// oldest line; lines that share that time may come twice and are kept once.

import { useEffect, useRef, useState } from 'react';
import { type LogAnswer, queryLogs, toNano } from '../../../data/loki/query-range.ts';
import { type RequestState, useRequest } from '../../../data/use-request.ts';
import type { LogRow } from '../../../frame/log-row.ts';
import type { ResolvedRange } from '../../../frame/time-range.ts';
import { appendPage } from '../../../panel/logs/layout.ts';

const pageSize = 500;

export interface LogLines {
  readonly first: RequestState<LogAnswer>;
  readonly rows: readonly LogRow[];
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly more: () => void;
}

interface OlderPages {
  readonly key: string;
  readonly rows: readonly LogRow[];
  readonly hasMore: boolean;
}

interface LinesAsked {
  readonly query: string;
  readonly range: ResolvedRange;
  /** Another one asks the same again. */
  readonly turn: number;
  /** False asks nothing. */
  readonly isAsked: boolean;
}

export function useLogLines({ query, range, turn, isAsked }: LinesAsked): LogLines {
  const key = isAsked ? `${query} ${range.fromMs} ${range.toMs} ${turn}` : undefined;
  const fromNano = toNano(range.fromMs);
  const first = useRequest(key, (signal) =>
    queryLogs({ query, fromNano, toNano: toNano(range.toMs), limit: pageSize }, signal),
  );
  const [older, setOlder] = useState<OlderPages>();
  const [isLoadingMore, setLoadingMore] = useState(false);
  const abort = useRef<AbortController | undefined>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another query stops loading more of this.
  useEffect(
    () => () => {
      abort.current?.abort();
      setLoadingMore(false);
    },
    [key],
  );
  const firstRows = first.value?.kind === 'lines' ? first.value.rows : noRows;
  const own = older !== undefined && older.key === first.valueKey ? older : undefined;
  const rows = own?.rows ?? firstRows;
  const more = (): void => {
    const oldest = rows.at(-1);
    if (key === undefined || oldest === undefined || isLoadingMore || first.isLoading) return;
    const controller = new AbortController();
    abort.current = controller;
    setLoadingMore(true);
    queryLogs({ query, fromNano, toNano: oldest.timeNano + 1n, limit: pageSize }, controller.signal)
      .then((answer) => {
        if (answer.kind !== 'lines' || controller.signal.aborted) return;
        const next = appendPage(rows, answer.rows);
        const hasMore = answer.rows.length >= pageSize && next.length > rows.length;
        setOlder({ key, rows: next, hasMore });
        setLoadingMore(false);
      })
      .catch(() => setLoadingMore(false));
  };
  return {
    first,
    rows,
    hasMore: own?.hasMore ?? firstRows.length >= pageSize,
    isLoadingMore,
    more,
  };
}

const noRows: readonly LogRow[] = [];
