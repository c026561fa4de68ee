// The time series chart: lines, exemplar points over them, tooltip, legend. Draws what layout.ts says.

import { useCallback, useMemo, useState } from 'react';
import { type Format, formatValue } from '../../chart/format.ts';
import { type Cursor, LinePlot } from '../../chart/LinePlot.tsx';
import { isSameBox, type PlotBox } from '../../chart/plot-box.ts';
import { useSize } from '../../component/use-size.ts';
import type { AlignOptions } from '../../frame/align.ts';
import type { Exemplar, SeriesFrame } from '../../frame/series.ts';
import { formatLocal } from '../../frame/time-range.ts';
import { Exemplars } from './Exemplars.tsx';
import { Legend } from './Legend.tsx';
import { layoutTimeSeries, type SeriesItem, valuesAt } from './layout.ts';
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
}

const tooltipRowsMax = 12;

export function TimeSeries(props: TimeSeriesProps) {
  const { series, grid, nameless, format, exemplars, exemplarsByValue, hrefOfTrace, onZoom } =
    props;
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
  return (
    <div className="time-series">
      <div className="time-series-plot" ref={holder}>
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
        {cursor !== undefined && (
          <Tooltip
            cursor={cursor}
            timeMs={scene.times[cursor.index] ?? 0}
            items={shown}
            format={format}
            width={size.width}
          />
        )}
      </div>
      <Legend scene={scene} format={format} hidden={hidden} onHide={setHidden} />
    </div>
  );
}

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
