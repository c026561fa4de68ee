// The time series chart: lines, exemplar points over them, tooltip, legend. Draws what layout.ts says.

import { type PointerEvent, useCallback, useMemo, useRef, useState } from 'react';
import { type Format, formatValue } from '../../chart/format.ts';
import { type Cursor, LinePlot } from '../../chart/LinePlot.tsx';
import { isSameBox, type PlotBox } from '../../chart/plot-box.ts';
import { useSize } from '../../component/use-size.ts';
import type { AlignOptions } from '../../frame/align.ts';
import type { Exemplar, Labels, SeriesFrame } from '../../frame/series.ts';
import { formatLocal } from '../../frame/time-range.ts';
import { Exemplars } from './Exemplars.tsx';
import { Legend } from './Legend.tsx';
import { lastPoint, layoutTimeSeries, type SeriesItem, valuesAt } from './layout.ts';
import { type PinnedPoint, PointMenu } from './PointMenu.tsx';
import '../../chart/chart.css';
import './time-series.css';

interface TimeSeriesProps {
  readonly series: readonly SeriesFrame[];
  readonly grid: AlignOptions;
  /** What a series without labels is called. */
  readonly nameless: string;
  readonly format: Format;
  readonly exemplars: readonly Exemplar[];
  /** Exemplars have the unit of the y axis. */
  readonly exemplarsByValue: boolean;
  readonly hrefOfTrace: (exemplar: Exemplar) => string;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  /** What a click on a point offers; without it a click does nothing. */
  readonly pointAction?: PointAction | undefined;
}

export interface PointAction {
  readonly label: string;
  readonly run: (labels: Labels, timeMs: number) => void;
}

const tooltipRowsMax = 12;

export function TimeSeries(props: TimeSeriesProps) {
  const { series, grid, nameless, format, exemplars, exemplarsByValue, hrefOfTrace, onZoom } =
    props;
  const { pointAction } = props;
  const [holder, size] = useSize<HTMLDivElement>();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState<Cursor>();
  const [box, setBox] = useState<PlotBox>();
  const scene = useMemo(() => layoutTimeSeries(series, grid, nameless), [series, grid, nameless]);
  const shown = useMemo(() => scene.items.filter((item) => !hidden.has(item.key)), [scene, hidden]);
  const keepBox = useCallback(
    (next: PlotBox) => setBox((old) => (old !== undefined && isSameBox(old, next) ? old : next)),
    [],
  );
  const atLeast = exemplarsByValue ? exemplarTop(exemplars, shown) : 0;
  const { pinned, unpin, press, pin } = usePinned(shown, scene.times, cursor);
  const lastSpans = pointAction && onLastPoint(pointAction, scene.times);
  return (
    <div className="time-series">
      <div
        className={`time-series-plot ${pointAction === undefined ? '' : 'pickable'}`}
        ref={holder}
        onPointerDown={press}
        onPointerUp={pointAction && pin}
      >
        {size.width > 0 && (
          <LinePlot
            times={scene.times}
            lines={shown}
            format={format}
            width={size.width}
            height={size.height}
            fromMs={grid.fromMs}
            toMs={grid.toMs}
            atLeast={atLeast}
            onZoom={onZoom}
            onCursor={setCursor}
            onBox={keepBox}
          />
        )}
        {box !== undefined && (
          <Exemplars
            exemplars={exemplars}
            box={box}
            byValue={exemplarsByValue}
            format={format}
            hrefOfTrace={hrefOfTrace}
            onHover={() => setCursor(undefined)}
          />
        )}
        {pinned !== undefined && pointAction !== undefined && (
          <PointMenu
            point={pinned}
            action={pointAction}
            format={format}
            width={size.width}
            onClose={unpin}
          />
        )}
        {cursor !== undefined && pinned === undefined && (
          <Tooltip
            cursor={cursor}
            timeMs={scene.times[cursor.index] ?? 0}
            items={shown}
            format={format}
            width={size.width}
          />
        )}
      </div>
      <Legend scene={scene} format={format} hidden={hidden} action={lastSpans} onHide={setHidden} />
    </div>
  );
}

/** The point nearest to a click; a drag is no click. */
function usePinned(
  items: readonly SeriesItem[],
  times: readonly number[],
  cursor: Cursor | undefined,
) {
  const [pinned, setPinned] = useState<PinnedPoint>();
  const pressedX = useRef(0);
  const press = (event: PointerEvent): void => {
    pressedX.current = event.clientX;
  };
  const pin = (event: PointerEvent): void => {
    const isDrag = Math.abs(event.clientX - pressedX.current) > 3;
    const isOnPlot = event.target instanceof Element && event.target.closest('.line-plot') !== null;
    if (isDrag || !isOnPlot || cursor === undefined) return;
    const { rows, nearest } = valuesAt(items, cursor.index, cursor.value);
    const row = rows.find(({ item }) => item.key === nearest);
    setPinned(row && { ...row, timeMs: times[cursor.index] ?? 0, x: cursor.x, y: cursor.y });
  };
  return { pinned, unpin: () => setPinned(undefined), press, pin };
}

const onLastPoint = ({ label, run }: PointAction, times: readonly number[]) => ({
  label,
  run: (item: SeriesItem): void => {
    const last = lastPoint(item, times);
    if (last !== undefined) run(item.labels, last);
  },
});

/** Lines stay readable: exemplars stretch the axis to three times the largest line at most. */
function exemplarTop(exemplars: readonly Exemplar[], items: readonly SeriesItem[]): number {
  const lines = Math.max(0, ...items.map(({ stats }) => stats.max ?? 0));
  const points = exemplars.reduce((max, { value }) => Math.max(max, value), 0);
  return Math.min(points, lines * 3);
}

interface TooltipProps {
  readonly cursor: Cursor;
  readonly timeMs: number;
  readonly items: readonly SeriesItem[];
  readonly format: Format;
  readonly width: number;
}

function Tooltip({ cursor, timeMs, items, format, width }: TooltipProps) {
  const { rows, nearest } = valuesAt(items, cursor.index, cursor.value);
  if (rows.length === 0) return null;
  const at = Math.max(
    0,
    rows.findIndex(({ item }) => item.key === nearest),
  );
  const start = Math.max(0, Math.min(at - tooltipRowsMax / 2, rows.length - tooltipRowsMax));
  const isRight = cursor.x > width / 2;
  const style = isRight ? { right: width - cursor.x + 14 } : { left: cursor.x + 14 };
  return (
    <div className="chart-tooltip" style={{ ...style, top: 12 }}>
      <div className="faint">{formatLocal(timeMs)}</div>
      {rows.slice(start, start + tooltipRowsMax).map(({ item, value }) => (
        <div key={item.key} className={`chart-tooltip-row ${item.key === nearest ? 'near' : ''}`}>
          <span className="dot" style={{ background: item.colour }} />
          <span className="ellipsis">{item.name}</span>
          <span className="numeric">{formatValue(value, format)}</span>
        </div>
      ))}
      {rows.length > tooltipRowsMax && (
        <div className="faint">{rows.length - tooltipRowsMax} more</div>
      )}
    </div>
  );
}
