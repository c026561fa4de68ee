// What somebody sees who has not asked anything yet: the metrics most worth a look, drawn small.

import { useMemo } from 'react';
import { formatOfQuery, formatValue } from '../../../chart/format.ts';
import { Link } from '../../../component/Link.tsx';
import { Note } from '../../../component/Note.tsx';
import { queryRange } from '../../../data/prometheus/query-range.ts';
import { useRequest } from '../../../data/use-request.ts';
import { alignRange, chooseStep } from '../../../frame/align.ts';
import { layoutSparkline } from '../../../panel/time-series/sparkline.ts';
import { withParams } from '../../link.ts';
import type { View } from '../../view.ts';
import type { Family } from './families.ts';
import { chooseWindow, firstQuery, rankFamilies, readPick } from './suggest-query.ts';
import type { KnownMetrics } from './use-metrics.ts';

interface OverviewProps {
  readonly known: KnownMetrics;
  readonly view: View;
  readonly matchers: string;
  readonly hrefOf: (query: string) => string;
}

const cardsMax = 12;

export function Overview({ known, view, matchers, hrefOf }: OverviewProps) {
  const chosen = useMemo(() => rankFamilies(known.families).slice(0, cardsMax), [known.families]);
  if (known.families.length === 0) {
    return known.isLoaded ? <Nothing view={view} /> : null;
  }
  return (
    <div className="overview">
      <h1>Start with one of these, or choose a metric at the left</h1>
      <div className="overview-cards">
        {chosen.map((family) => (
          <Card key={family.name} family={family} view={view} matchers={matchers} hrefOf={hrefOf} />
        ))}
      </div>
    </div>
  );
}

function Nothing({ view }: { readonly view: View }) {
  return (
    <Note
      kind="empty"
      title="There are no metrics in this time range."
      detail="Send some with OTLP to port 4317 (gRPC) or 4318 (HTTP). They appear here at once."
      steps={[
        {
          label: 'Look at the last 7 days',
          to: withParams(view.place, { from: 'now-7d', to: 'now', job: undefined }),
        },
        { label: 'Ask again', run: view.runAgain },
      ]}
    />
  );
}

interface CardProps {
  readonly family: Family;
  readonly view: View;
  readonly matchers: string;
  readonly hrefOf: (query: string) => string;
}

const width = 300;
const height = 64;

function Card({ family, view, matchers, hrefOf }: CardProps) {
  const query = firstQuery(family, chooseWindow(view.resolved), matchers);
  const { fromMs, toMs } = view.resolved;
  const grid = alignRange({ fromMs, toMs, stepMs: chooseStep(toMs - fromMs, 100) });
  const { value } = useRequest(`${query} ${fromMs} ${toMs}`, (signal) =>
    queryRange(query, grid, signal),
  );
  const scene = layoutSparkline(value?.series ?? [], value?.grid ?? grid, { width, height });
  return (
    <Link className="overview-card" to={hrefOf(query)} title={family.help}>
      <span className="overview-name ellipsis">{family.name}</span>
      <span className="overview-line faint">
        <span>{readPick(query, family)?.variant}</span>
        <span className="numeric">
          {value === undefined ? '' : formatValue(scene.last, formatOfQuery(query))}
        </span>
      </span>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {scene.paths.map((path, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the paths of an answer have no name.
          <path key={index} d={path} />
        ))}
      </svg>
    </Link>
  );
}
