// Exemplar points over a chart: diamonds that show their trace when pointed at and lead to it.

import { useMemo, useState } from 'react';
import { type Format, formatValue } from '../../chart/format.ts';
import type { PlotBox } from '../../chart/plot-box.ts';
import { Link } from '../../component/Link.tsx';
import type { Exemplar } from '../../frame/series.ts';
import { formatLocal } from '../../frame/time-range.ts';
import { type ExemplarPoint, layoutExemplars } from './layout.ts';

interface ExemplarsProps {
  readonly exemplars: readonly Exemplar[];
  readonly box: PlotBox;
  readonly byValue: boolean;
  readonly format: Format;
  readonly hrefOfTrace: (exemplar: Exemplar) => string;
  readonly onHover: () => void;
}

export function Exemplars(props: ExemplarsProps) {
  const { exemplars, box, byValue, format, hrefOfTrace, onHover } = props;
  const [hovered, setHovered] = useState<ExemplarPoint>();
  const points = useMemo(
    () => layoutExemplars(exemplars, box, byValue).filter((p) => p.exemplar.traceId !== undefined),
    [exemplars, box, byValue],
  );
  const show = (point: ExemplarPoint): void => {
    setHovered(point);
    onHover();
  };
  return (
    <div className="exemplars">
      {points.map((point) => (
        <Link
          key={`${point.exemplar.traceId} ${point.x} ${point.y}`}
          className="exemplar"
          to={hrefOfTrace(point.exemplar)}
          style={{ left: point.x, top: point.y }}
          aria-label={`Trace ${point.exemplar.traceId}`}
          onPointerEnter={() => show(point)}
          onPointerLeave={() => setHovered(undefined)}
          onFocus={() => show(point)}
          onBlur={() => setHovered(undefined)}
        />
      ))}
      {hovered !== undefined && (
        <ExemplarTooltip
          point={hovered}
          box={box}
          value={formatValue(
            hovered.exemplar.value,
            byValue ? format : { ...format, perSecond: false },
          )}
        />
      )}
    </div>
  );
}

/** Labels that say where a sample comes from, or that the tooltip shows already. */
const notTold =
  /^(?:trace_id|span_id|le|__name__|instance|otel_scope_.*|url_scheme|network_protocol_.*)$/;

interface ExemplarTooltipProps {
  readonly point: ExemplarPoint;
  readonly box: PlotBox;
  readonly value: string;
}

function ExemplarTooltip({ point, box, value }: ExemplarTooltipProps) {
  const { exemplar } = point;
  const isRight = point.x > box.left + box.width / 2;
  const width = box.left + box.width;
  const side = isRight ? { right: width - point.x + 26 } : { left: point.x + 14 };
  const labels = Object.entries({ ...exemplar.seriesLabels, ...exemplar.labels }).filter(
    ([name]) => !notTold.test(name),
  );
  return (
    <div className="chart-tooltip" style={{ ...side, top: Math.max(4, point.y - 40) }}>
      <div className="faint">{formatLocal(exemplar.timeMs)}</div>
      <div className="chart-tooltip-row near">
        <span className="ellipsis">Value{point.isClamped ? ' (off the chart)' : ''}</span>
        <span className="numeric">{value}</span>
      </div>
      <div className="chart-tooltip-row">
        <span>Trace</span>
        <span className="mono">{exemplar.traceId}</span>
      </div>
      {labels.slice(0, 8).map(([name, text]) => (
        <div key={name} className="chart-tooltip-row">
          <span className="soft">{name}</span>
          <span className="ellipsis">{text}</span>
        </div>
      ))}
      <div className="faint">Click to open the trace</div>
    </div>
  );
}
