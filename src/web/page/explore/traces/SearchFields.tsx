// The search form: each change is a query at once.

import { useEffect, useState } from 'react';
import { queryTagValues } from '../../../data/tempo/search-tags.ts';
import { useRequest } from '../../../data/use-request.ts';
import type { ResolvedRange } from '../../../frame/time-range.ts';
import { coarse } from '../metrics/use-metrics.ts';
import { emptyForm, printForm, readForm, type SearchForm, toDuration } from './search-form.ts';

interface SearchFieldsProps {
  readonly query: string;
  readonly range: ResolvedRange;
  readonly onQuery: (query: string) => void;
}

export function SearchFields({ query, range, onQuery }: SearchFieldsProps) {
  const read = readForm(query);
  const form = read ?? emptyForm;
  const within = coarse(range);
  const key = `${within.fromMs} ${within.toMs}`;
  const services = useRequest(key, (signal) =>
    queryTagValues({ tag: 'resource.service.name', range: within }, signal),
  );
  const serviceQuery =
    form.service === '' ? undefined : printForm({ ...emptyForm, service: form.service });
  const names = useRequest(`${key} ${form.service}`, (signal) =>
    queryTagValues({ tag: 'name', range: within, query: serviceQuery }, signal),
  );
  const change = (some: Partial<SearchForm>): void => onQuery(printForm({ ...form, ...some }));
  return (
    <div className="search-fields">
      <Choice
        label="Service"
        any="Any service"
        value={form.service}
        values={(services.value ?? []).map(({ value }) => value)}
        onChange={(service) => change({ service, name: '' })}
      />
      <Choice
        label="Span name"
        any="Any name"
        value={form.name}
        values={(names.value ?? []).map(({ value }) => value)}
        onChange={(name) => change({ name })}
      />
      <div className="search-durations">
        <DurationField
          label="At least"
          value={form.minDuration}
          onChange={(minDuration) => change({ minDuration })}
        />
        <DurationField
          label="At most"
          value={form.maxDuration}
          onChange={(maxDuration) => change({ maxDuration })}
        />
      </div>
      <label className="search-check">
        <input
          type="checkbox"
          checked={form.errorsOnly}
          onChange={(event) => change({ errorsOnly: event.target.checked })}
        />
        Errors only
      </label>
      {read === undefined && (
        <p className="faint">
          The query says more than this form can show. A change here replaces it.
        </p>
      )}
      {query !== '{}' && (
        <button type="button" className="button small" onClick={() => onQuery('{}')}>
          Show all traces
        </button>
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly any: string;
  readonly value: string;
  readonly values: readonly string[];
  readonly onChange: (value: string) => void;
}

function Choice({ label, any, value, values, onChange }: ChoiceProps) {
  const sorted = [...new Set(value === '' ? values : [...values, value])].sort();
  return (
    <label>
      <span>{label}</span>
      <select className="input" value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{any}</option>
        {sorted.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

interface DurationFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function DurationField({ label, value, onChange }: DurationFieldProps) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const commit = (): void => {
    const duration = toDuration(draft);
    if (duration === undefined) setDraft(value);
    else if (duration !== value) onChange(duration);
  };
  return (
    <label>
      <span>{label}</span>
      <input
        className="input"
        placeholder="100ms"
        value={draft}
        aria-invalid={toDuration(draft) === undefined}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
    </label>
  );
}
