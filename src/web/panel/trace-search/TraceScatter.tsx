// Found traces as points: when they started, how long they took, red where they failed.

import { useMemo, useState } from 'react';
import { formatDurationMs } from '../../chart/format.ts';
import { timeAxis, toPixel } from '../../chart/scale.ts';
import { Link } from '../../component/Link.tsx';
import { useSize } from '../../component/use-size.ts';
import type { ResolvedRange } from '../../frame/time-range.ts';
import type { TraceSummary } from '../../frame/trace.ts';
import '../../chart/chart.css';
import { layoutScatter, type ScatterPoint } from './layout.ts';

interface TraceScatterProps {
  readonly traces: readonly TraceSummary[];
  readonly range: ResolvedRange;
  readonly hrefOfTrace: (trace: TraceSummary) => string;
}

const plotHeight = 96;
const axisWidth = 64;

export function TraceScatter({ traces, range, hrefOfTrace }: TraceScatterProps) {
  const [holder, { width }] = useSize<HTMLDivElement>();
  const [hovered, setHovered] = useState<ScatterPoint>();
  const plotWidth = Math.max(0, width - axisWidth - 12);
  const scene = useMemo(
    () => layoutScatter(traces, { range, width: plotWidth, height: plotHeight }),
    [traces, range, plotWidth],
  );
  const x = { domain: [range.fromMs, range.toMs], range: [0, plotWidth] } as const;
  return (
    <div className="scatter" ref={holder}>
      <svg width={width} height={plotHeight + 20} aria-hidden="true">
        <g transform={`translate(${axisWidth} 0)`}>
          {scene.yTicks.map(({ y, label }) => (
            <g key={label}>
              <line className="chart-grid" x1={0} x2={plotWidth} y1={y} y2={y} />
              <text className="chart-tick" x={-6} y={Math.max(9, y + 4)} textAnchor="end">
                {label}
              </text>
            </g>
          ))}
          {timeAxis(range.fromMs, range.toMs, plotWidth).map(({ at, label }) => (
            <text
              key={at}
              className="chart-tick"
              x={toPixel(x, at)}
              y={plotHeight + 15}
              textAnchor="middle"
            >
              {label}
            </text>
          ))}
        </g>
      </svg>
      <div className="scatter-points" style={{ left: axisWidth }}>
        {scene.points.map((point) => (
          <Link
            key={point.trace.traceId}
            tabIndex={-1}
            to={hrefOfTrace(point.trace)}
            className={`scatter-point ${point.isError ? 'error' : ''}`}
            style={{ left: point.x, top: point.y }}
            aria-label={`Trace ${point.trace.rootName}`}
            onPointerEnter={() => setHovered(point)}
            onPointerLeave={() => setHovered(undefined)}
          />
        ))}
        {hovered !== undefined && (
          <div
            className="chart-tooltip"
            style={
              hovered.x > plotWidth / 2
                ? { right: plotWidth - hovered.x + 24, top: 4 }
                : { left: hovered.x + 12, top: 4 }
            }
          >
            <div className="chart-tooltip-row near">
              <span className="ellipsis">{hovered.trace.rootName}</span>
              <span className="numeric">{formatDurationMs(hovered.trace.durationMs)}</span>
            </div>
            <div className="faint">{hovered.trace.rootService}</div>
          </div>
        )}
      </div>
    </div>
  );
}
