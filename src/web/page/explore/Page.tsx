// /explore: metrics, logs or traces, by `mode` in the address.

import { lazy, useEffect } from 'react';
import { loadView } from '../../component/view-failure.ts';
import { readExplore } from '../link.ts';
import type { PageProps } from '../view.ts';
import { rememberQuery } from './last-query.ts';
import './explore.css';

const modes = {
  metrics: lazy(() => loadView(() => import('./metrics/MetricsMode.tsx'))),
  logs: lazy(() => loadView(() => import('./logs/LogsMode.tsx'))),
  traces: lazy(() => loadView(() => import('./traces/TracesMode.tsx'))),
};

export function ExplorePage({ view }: PageProps) {
  const { mode, query, job } = readExplore(view.place.params);
  useEffect(() => rememberQuery(mode, query), [mode, query]);
  const Mode = modes[mode];
  return <Mode view={view} query={query} job={job} />;
}
