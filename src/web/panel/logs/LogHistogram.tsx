// Lines over time, stacked by level. Dragging over it zooms.

import { type PointerEvent, useMemo, useState } from 'react';
import { formatCount } from '../../chart/format.ts';
import { fromPixel, timeAxis, toPixel } from '../../chart/scale.ts';
import { useSize } from '../../component/use-size.ts';
import type { AlignOptions } from '../../frame/align.ts';
import type { LogLevel } from '../../frame/log-row.ts';
import type { SeriesFrame } from '../../frame/series.ts';
import { formatLocal } from '../../frame/time-range.ts';
import { type HistogramBar, layoutHistogram } from './layout.ts';
import '../../chart/chart.css';
import './log-histogram.css';

interface LogHistogramProps {
  readonly series: readonly SeriesFrame[];
  readonly grid: AlignOptions;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onLevel: (level: LogLevel) => void;
}

const plotHeight = 72;
const axisWidth = 44;

export function LogHistogram({ series, grid, onZoom, onLevel }: LogHistogramProps) {
  const [holder, { width }] = useSize<HTMLDivElement>();
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number }>();
  const [pointer, setPointer] = useState<number>();
  const plotWidth = Math.max(1, width - axisWidth);
  const scene = useMemo(
    () => layoutHistogram(series, { grid, width: plotWidth, height: plotHeight }),
    [series, grid, plotWidth],
  );
  const scale = { domain: [grid.fromMs, grid.toMs], range: [0, plotWidth] } as const;
  const at = (event: PointerEvent<Element>): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(plotWidth, Math.max(0, event.clientX - box.left - axisWidth));
  };
  const finish = (): void => {
    if (drag !== undefined && Math.abs(drag.to - drag.from) > 4) {
      const [left, right] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
      onZoom(fromPixel(scale, left), fromPixel(scale, right));
    }
    setDrag(undefined);
  };
  const pointed =
    pointer === undefined
      ? undefined
      : scene.bars.find((bar) => pointer >= bar.x && pointer < bar.x + bar.width + 1);
  return (
    <div className="log-histogram">
      <div
        className="log-histogram-plot"
        ref={holder}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ from: at(event), to: at(event) });
        }}
        onPointerMove={(event) => {
          const x = at(event);
          setPointer(x);
          setDrag((old) => (old === undefined ? old : { ...old, to: x }));
        }}
        onPointerUp={finish}
        onPointerLeave={() => setPointer(undefined)}
      >
        <svg width={width} height={plotHeight + 18} aria-hidden="true">
          <g transform={`translate(${axisWidth} 0)`}>
            {scene.yTicks.map(({ y, count }) => (
              <g key={count}>
                <line className="chart-grid" x1={0} x2={plotWidth} y1={y} y2={y} />
                <text className="chart-tick" x={-6} y={Math.max(9, y + 4)} textAnchor="end">
                  {formatCount(count)}
                </text>
              </g>
            ))}
            {scene.bars.map((bar) => (
              <Bar key={bar.fromMs} bar={bar} />
            ))}
            {timeAxis(grid.fromMs, grid.toMs, plotWidth).map(({ at: timeMs, label }) => (
              <text
                key={timeMs}
                className="chart-tick"
                x={toPixel(scale, timeMs)}
                y={plotHeight + 14}
                textAnchor="middle"
              >
                {label}
              </text>
            ))}
            {drag !== undefined && (
              <rect
                className="log-histogram-drag"
                x={Math.min(drag.from, drag.to)}
                width={Math.abs(drag.to - drag.from)}
                height={plotHeight}
              />
            )}
          </g>
        </svg>
        {pointed !== undefined && drag === undefined && (
          <BarTooltip bar={pointed} left={pointed.x + axisWidth} width={width} />
        )}
      </div>
      <div className="log-histogram-levels">
        {scene.totals.map(({ level, count }) => (
          <button
            key={level}
            type="button"
            className="button small quiet"
            title={`Show ${level} lines only`}
            onClick={() => onLevel(level)}
          >
            <span className="dot" style={{ background: `var(--level-${level})` }} />
            {level} <span className="faint">{formatCount(count)}</span>
          </button>
        ))}
      </div>
    </div>
  );
}

function Bar({ bar }: { readonly bar: HistogramBar }) {
  return bar.parts.map((part) => (
    <rect
      key={part.level}
      x={bar.x}
      width={bar.width}
      y={part.y}
      height={part.height}
      style={{ fill: `var(--level-${part.level})` }}
    />
  ));
}

interface BarTooltipProps {
  readonly bar: HistogramBar;
  readonly left: number;
  readonly width: number;
}

function BarTooltip({ bar, left, width }: BarTooltipProps) {
  const style = left > width / 2 ? { right: width - left + 8 } : { left: left + bar.width + 8 };
  return (
    <div className="chart-tooltip" style={{ ...style, top: 0 }}>
      <div className="faint">
        {formatLocal(bar.fromMs)} – {formatLocal(bar.toMs).slice(-8)}
      </div>
      {bar.parts.map((part) => (
        <div key={part.level} className="chart-tooltip-row">
          <span className="dot" style={{ background: `var(--level-${part.level})` }} />
          <span className="ellipsis">{part.level}</span>
          <span className="numeric">{formatCount(part.count)}</span>
        </div>
      ))}
    </div>
  );
}
