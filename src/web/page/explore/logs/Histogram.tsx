// Lines over time by level, of a query of lines.

import { queryLogSeries } from '../../../data/loki/query-range.ts';
import { useRequest } from '../../../data/use-request.ts';
import { alignRange, chooseStep } from '../../../frame/align.ts';
import { LogHistogram } from '../../../panel/logs/LogHistogram.tsx';
import type { View } from '../../view.ts';
import { countsByLevel } from './edit-query.ts';

interface HistogramProps {
  readonly query: string;
  readonly view: View;
  readonly onLevel: (level: string) => void;
}

export function Histogram({ query, view, onLevel }: HistogramProps) {
  const { fromMs, toMs } = view.resolved;
  const stepMs = chooseStep(toMs - fromMs, 100);
  const { fromMs: start, toMs: end } = alignRange({ fromMs, toMs: toMs + stepMs, stepMs });
  const { value } = useRequest(`${query} ${start} ${end} ${toMs} ${view.turn}`, async (signal) => {
    const grid = { fromMs: start, toMs: end, stepMs };
    const range = { fromMs: start, toMs: end };
    return {
      series: await queryLogSeries({ query: countsByLevel(query, stepMs), range, stepMs }, signal),
      grid,
    };
  });
  return (
    <LogHistogram
      series={value?.series ?? noSeries}
      grid={value?.grid ?? { fromMs: start, toMs: end, stepMs }}
      onZoom={view.zoom}
      onLevel={onLevel}
    />
  );
}

const noSeries: readonly [] = [];
