// What can be done with one point of a line: opened by a click on it, closed by Escape or a click elsewhere.

import { useEffect, useRef } from 'react';
import { type Format, formatValue } from '../../chart/format.ts';
import { formatLocal } from '../../frame/time-range.ts';
import type { SeriesItem } from './layout.ts';
import type { PointAction } from './TimeSeries.tsx';

export interface PinnedPoint {
  readonly item: SeriesItem;
  readonly value: number;
  readonly timeMs: number;
  /** In the plot, in CSS pixels. */
  readonly x: number;
  readonly y: number;
}

interface PointMenuProps {
  readonly point: PinnedPoint;
  readonly action: PointAction;
  readonly format: Format;
  readonly width: number;
  readonly onClose: () => void;
}

export function PointMenu({ point, action, format, width, onClose }: PointMenuProps) {
  const { item, value, timeMs, x, y } = point;
  const ref = useRef<HTMLDivElement>(null);
  const closeRef = useRef(onClose);
  useEffect(() => {
    closeRef.current = onClose;
  });
  useEffect(() => {
    ref.current?.querySelector('button')?.focus();
    const onPointer = (event: PointerEvent): void => {
      if (!ref.current?.contains(event.target as Node)) closeRef.current();
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      closeRef.current();
    };
    document.addEventListener('pointerdown', onPointer);
    document.addEventListener('keydown', onKey, true);
    return () => {
      document.removeEventListener('pointerdown', onPointer);
      document.removeEventListener('keydown', onKey, true);
    };
  }, []);
  const side = x > width / 2 ? { right: width - x + 10 } : { left: x + 10 };
  return (
    <div
      className="chart-tooltip point-menu"
      ref={ref}
      style={{ ...side, top: Math.max(4, y - 34) }}
    >
      <div className="faint">{formatLocal(timeMs)}</div>
      <div className="chart-tooltip-row near">
        <span className="dot" style={{ background: item.colour }} />
        <span className="ellipsis">{item.name}</span>
        <span className="numeric">{formatValue(value, format)}</span>
      </div>
      <button
        type="button"
        className="button small"
        onClick={() => action.run(item.labels, timeMs)}
      >
        {action.label}
      </button>
    </div>
  );
}
