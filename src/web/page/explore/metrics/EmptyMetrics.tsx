// Stands in place of the chart when a query has no series: says why, offers what helps.

import { Note } from '../../../component/Note.tsx';
import { useRequest } from '../../../data/use-request.ts';
import { withParams } from '../../link.ts';
import type { View } from '../../view.ts';
import { findFamily, toFamilies } from './families.ts';
import { chooseWindow, firstQuery } from './suggest-query.ts';
import { askFacts, whyEmpty } from './why-empty.ts';

interface EmptyMetricsProps {
  readonly query: string;
  readonly view: View;
  readonly hrefOf: (query: string) => string;
}

export function EmptyMetrics({ query, view, hrefOf }: EmptyMetricsProps) {
  const { resolved, place } = view;
  const { value } = useRequest(`${query} ${resolved.fromMs} ${resolved.toMs}`, (signal) =>
    askFacts(query, resolved, signal),
  );
  if (value === undefined) return null;
  const families = toFamilies(value.namesEver, {});
  const note = whyEmpty(value, {
    lastDay: {
      label: 'Look at the last 24 hours',
      to: withParams(place, { from: 'now-24h', to: 'now' }),
    },
    longerWindow: {
      label: 'Use a window of 15 minutes',
      to: hrefOf(query.replace(/\[\w+\]/g, '[15m]')),
    },
    withoutMatchers: {
      label: 'Ask without them',
      to: hrefOf(query.replace(/\{[^}]*\}/g, '')),
    },
    ask: (metric) => {
      const family = findFamily(families, metric);
      return {
        label: metric,
        to: hrefOf(family === undefined ? metric : firstQuery(family, chooseWindow(resolved))),
      };
    },
  });
  return <Note {...note} />;
}
