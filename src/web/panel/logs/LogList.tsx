// Log lines, newest first. Only the visible ones are in the page; a click opens a line's fields.

import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { useShortcuts } from '../../component/use-shortcuts.ts';
import { type LogRow, timeMsOf, traceIdOf } from '../../frame/log-row.ts';
import { formatDay, formatLocal } from '../../frame/time-range.ts';
import { LogDetails, type LogDetailsActions } from './LogDetails.tsx';
import { inlineFields, sourceOf, textOf } from './layout.ts';
import './log-list.css';

interface LogListProps extends LogDetailsActions {
  readonly rows: readonly LogRow[];
  readonly isWrapped: boolean;
  /** Lines as they are, not the message of those that are JSON. */
  readonly isRaw: boolean;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly onMore: () => void;
  /** What stands behind the last line when there are no more. */
  readonly endText?: string;
  /** Whether the first line is in view, after it has come or gone. */
  readonly onTop?: (isAtTop: boolean) => void;
}

export function LogList(props: LogListProps) {
  const { rows, isWrapped, isRaw, hasMore, isLoadingMore, onMore, onTop } = props;
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState(-1);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length + 1,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    getItemKey: (index) => rows[index]?.id ?? 'end',
    overscan: 20,
  });
  const toggle = (id: string): void =>
    setOpen((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const move = (by: number): void => {
    const next = Math.min(rows.length - 1, Math.max(0, active + by));
    setActive(next);
    virtual.scrollToIndex(next, { align: 'auto' });
  };
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    o: () => {
      const row = rows[active];
      if (row !== undefined) toggle(row.id);
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights change with the wrapping.
  useEffect(() => virtual.measure(), [isWrapped, isRaw]);
  return (
    <div
      className={`log-list ${isWrapped ? 'wrapped' : ''}`}
      ref={scroller}
      onScroll={(event) => onTop?.(event.currentTarget.scrollTop < lineHeight)}
    >
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          return (
            <div
              key={item.key}
              data-index={item.index}
              ref={virtual.measureElement}
              className="log-item"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {row === undefined ? (
                <ListEnd
                  count={rows.length}
                  hasMore={hasMore}
                  isLoadingMore={isLoadingMore}
                  onMore={onMore}
                  text={props.endText}
                />
              ) : (
                <>
                  <Line
                    row={row}
                    isOpen={open.has(row.id)}
                    isActive={item.index === active}
                    isRaw={isRaw}
                    onToggle={() => {
                      setActive(item.index);
                      toggle(row.id);
                    }}
                  />
                  {open.has(row.id) && <LogDetails row={row} {...props} />}
                </>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

const lineHeight = 22;

interface LineProps {
  readonly row: LogRow;
  readonly isOpen: boolean;
  readonly isActive: boolean;
  readonly isRaw: boolean;
  readonly onToggle: () => void;
}

function Line({ row, isOpen, isActive, isRaw, onToggle }: LineProps) {
  const timeMs = timeMsOf(row);
  return (
    <button
      type="button"
      className={`log-line ${isActive ? 'active' : ''}`}
      aria-expanded={isOpen}
      onClick={onToggle}
    >
      <span className="log-level" style={{ background: `var(--level-${row.level})` }} />
      <span className="log-time" title={formatDay(timeMs)}>
        {formatLocal(timeMs).slice(-8)}.{String(Math.floor(timeMs % 1000)).padStart(3, '0')}
      </span>
      <span className={`log-level-name ${row.level}`}>
        {row.level === 'unknown' ? '' : row.level}
      </span>
      <span className="log-source ellipsis">{sourceOf(row)}</span>
      <span className="log-text">
        {textOf(row, isRaw)}
        {inlineFields(row, isRaw).map(({ name, value }) => (
          <span key={name} className="log-inline">
            {'\u2002'}
            {name}=<span>{value}</span>
          </span>
        ))}
      </span>
      {traceIdOf(row) !== undefined && (
        <span className="log-trace" title="This line belongs to a trace">
          trace
        </span>
      )}
    </button>
  );
}

interface ListEndProps {
  readonly count: number;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly onMore: () => void;
  readonly text: string | undefined;
}

function ListEnd({ count, hasMore, isLoadingMore, onMore, text }: ListEndProps) {
  return (
    <div className="log-end">
      {hasMore ? (
        <button type="button" className="button" disabled={isLoadingMore} onClick={onMore}>
          {isLoadingMore ? 'Loading older lines' : 'Load older lines'}
        </button>
      ) : (
        <span className="faint">
          {text ??
            (count === 1
              ? 'This is the only line.'
              : `These are all ${count} lines in this time range.`)}
        </span>
      )}
    </div>
  );
}
