// Stands in place of the lines when there are none: says why, offers what helps.

import { Note } from '../../../component/Note.tsx';
import { useRequest } from '../../../data/use-request.ts';
import { withParams } from '../../link.ts';
import type { View } from '../../view.ts';
import { withoutFilters } from './edit-query.ts';
import { askFacts, whyEmpty } from './why-empty.ts';

interface EmptyLogsProps {
  readonly query: string;
  readonly view: View;
}

export function EmptyLogs({ query, view }: EmptyLogsProps) {
  const { resolved, place } = view;
  const { value } = useRequest(`${query} ${resolved.fromMs} ${resolved.toMs}`, (signal) =>
    askFacts(query, resolved, signal),
  );
  if (value === undefined) return null;
  const note = whyEmpty(value, {
    lastDay: {
      label: 'Look at the last 24 hours',
      to: withParams(place, { from: 'now-24h', to: 'now' }),
    },
    lastWeek: {
      label: 'Look at the last 7 days',
      to: withParams(place, { from: 'now-7d', to: 'now' }),
    },
    withoutFilters: {
      label: 'Leave the filters out',
      to: withParams(place, { q: withoutFilters(query) }),
    },
    everything: { label: 'Show all logs', to: withParams(place, { q: undefined }) },
  });
  return <Note {...note} />;
}
