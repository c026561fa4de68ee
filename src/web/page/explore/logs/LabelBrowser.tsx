// Labels of the streams in the range and their values; a click narrows the query.

import { useState } from 'react';
import { FilterList } from '../../../component/FilterList.tsx';
import { queryLogLabels, queryLogLabelValues } from '../../../data/loki/labels.ts';
import { useRequest } from '../../../data/use-request.ts';
import type { ResolvedRange } from '../../../frame/time-range.ts';
import { coarse } from '../metrics/use-metrics.ts';
import { addFieldFilter, allLogs, isLineQuery } from './edit-query.ts';

interface LabelBrowserProps {
  readonly query: string;
  readonly range: ResolvedRange;
  readonly onQuery: (query: string) => void;
}

export function LabelBrowser({ query, range, onQuery }: LabelBrowserProps) {
  const [chosen, setChosen] = useState<string>();
  const within = coarse(range);
  const key = `${within.fromMs} ${within.toMs}`;
  const labels = useRequest(key, (signal) => queryLogLabels(within, signal));
  const names = labels.value ?? [];
  const label =
    chosen !== undefined && names.includes(chosen)
      ? chosen
      : (names.find((name) => name === 'service_name') ?? names[0]);
  const values = useRequest(label === undefined ? undefined : `${key} ${label}`, (signal) =>
    queryLogLabelValues({ name: label ?? '', range: within }, signal),
  );
  const pick = (value: string): void => {
    const base = isLineQuery(query) ? query : allLogs;
    onQuery(addFieldFilter(base, { name: label ?? '', value, source: 'stream', isKept: true }));
  };
  return (
    <aside className="explore-side" aria-label="Labels">
      <select
        className="input"
        aria-label="Label"
        value={label ?? ''}
        onChange={(event) => setChosen(event.target.value)}
      >
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <FilterList
        key={label ?? ''}
        label={`Search values of ${label ?? 'the label'}`}
        items={(values.value ?? []).map((name) => ({ name }))}
        placeholder="Search values"
        selected={currentValue(query, label)}
        emptyText={values.isLoading || labels.isLoading ? '' : 'No logs in this time range.'}
        onPick={pick}
      />
      {query !== allLogs && (
        <button type="button" className="button" onClick={() => onQuery('')}>
          Show all logs
        </button>
      )}
    </aside>
  );
}

function currentValue(query: string, label: string | undefined): string | undefined {
  const matcher = query.match(/(\w+)="((?:[^"\\]|\\.)*)"/g)?.find((m) => m.startsWith(`${label}=`));
  return matcher?.slice((label?.length ?? 0) + 2, -1);
}
