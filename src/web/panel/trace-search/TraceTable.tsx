// Found traces as a table: every column sorts, the bar compares durations, a row leads to its trace.

import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { systemClock } from '#lib/clock.ts';
import { formatDurationMs } from '../../chart/format.ts';
import { Link } from '../../component/Link.tsx';
import { formatDateTime } from '../../frame/time-range.ts';
import type { TraceSummary } from '../../frame/trace.ts';
import { type SortOrder, sortTraces, type TraceSort } from './layout.ts';
import './trace-search.css';

interface TraceTableProps {
  readonly traces: readonly TraceSummary[];
  readonly hrefOfTrace: (trace: TraceSummary) => string;
}

const columns: readonly { readonly by: TraceSort; readonly label: string }[] = [
  { by: 'start', label: 'Start' },
  { by: 'service', label: 'Service' },
  { by: 'name', label: 'Name' },
  { by: 'duration', label: 'Duration' },
  { by: 'spans', label: 'Spans' },
  { by: 'errors', label: 'Errors' },
];

export function TraceTable({ traces, hrefOfTrace }: TraceTableProps) {
  const [order, setOrder] = useState<SortOrder>({ by: 'start', isDescending: true });
  const scroller = useRef<HTMLDivElement>(null);
  const sorted = useMemo(() => sortTraces(traces, order), [traces, order]);
  const longestMs = useMemo(
    () => traces.reduce((max, { durationMs }) => Math.max(max, durationMs), 0),
    [traces],
  );
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 28,
    overscan: 12,
  });
  const sortBy = (by: TraceSort): void =>
    setOrder((old) => ({ by, isDescending: old.by === by ? !old.isDescending : by !== 'name' }));
  return (
    <div className="trace-table" ref={scroller}>
      <div className="trace-table-head">
        {columns.map(({ by, label }) => (
          <button key={by} type="button" onClick={() => sortBy(by)} className={`cell-${by}`}>
            {label}
            {order.by === by && (order.isDescending ? ' ↓' : ' ↑')}
          </button>
        ))}
      </div>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const trace = sorted[item.index];
          if (trace === undefined) return null;
          return (
            <Link
              key={trace.traceId}
              className="trace-table-row"
              to={hrefOfTrace(trace)}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <Cells trace={trace} longestMs={longestMs} />
            </Link>
          );
        })}
      </div>
    </div>
  );
}

interface CellsProps {
  readonly trace: TraceSummary;
  readonly longestMs: number;
}

function Cells({ trace, longestMs }: CellsProps) {
  const share = longestMs === 0 ? 0 : trace.durationMs / longestMs;
  const errors = trace.errorCount ?? 0;
  return (
    <>
      <span className="cell-start soft">{formatDateTime(trace.startMs, systemClock.nowMs())}</span>
      <span className="cell-service ellipsis">{trace.rootService || trace.services[0] || '–'}</span>
      <span className="cell-name ellipsis">{trace.rootName || 'root span not received yet'}</span>
      <span className="cell-duration">
        <span className="trace-table-bar">
          <span style={{ width: `${share * 100}%` }} />
        </span>
        <span>{formatDurationMs(trace.durationMs)}</span>
      </span>
      <span className="cell-spans">{trace.spanCount ?? trace.matchedSpans}</span>
      <span className={`cell-errors ${errors > 0 ? 'trace-table-errors' : 'faint'}`}>
        {trace.errorCount === undefined ? '–' : errors || ''}
      </span>
    </>
  );
}
