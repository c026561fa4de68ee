// What can be changed about a query without writing: how the metric is shown, filters, grouping.

import { useState } from 'react';
import { FilterList } from '../../../component/FilterList.tsx';
import { Popover } from '../../../component/Popover.tsx';
import { queryLabelValues } from '../../../data/prometheus/label-values.ts';
import { queryLabels } from '../../../data/prometheus/labels.ts';
import { useRequest } from '../../../data/use-request.ts';
import type { ResolvedRange } from '../../../frame/time-range.ts';
import type { Family } from './families.ts';
import {
  addMatcher,
  chooseWindow,
  type Pick,
  printPick,
  readPick,
  removeMatcher,
  splitMatchers,
  variantNames,
} from './suggest-query.ts';
import { coarse } from './use-metrics.ts';

interface PickBarProps {
  readonly family: Family;
  readonly query: string;
  readonly range: ResolvedRange;
  readonly onQuery: (query: string) => void;
}

export function PickBar({ family, query, range, onQuery }: PickBarProps) {
  const read = readPick(query, family);
  const pick: Pick = read ?? {
    family,
    variant: '',
    matchers: '',
    groupBy: [],
    window: chooseWindow(range),
  };
  const change = (some: Partial<Pick>): void => onQuery(printPick({ ...pick, ...some }));
  const toggleGroup = (label: string): void =>
    change({
      groupBy: pick.groupBy.includes(label)
        ? pick.groupBy.filter((one) => one !== label)
        : [...pick.groupBy, label],
    });
  return (
    <div className="toolbar pick-bar">
      {variantNames(family.kind).map((variant) => (
        <button
          key={variant}
          type="button"
          className="button small"
          aria-pressed={read?.variant === variant}
          onClick={() => change({ variant })}
        >
          {variant}
        </button>
      ))}
      <span className="pick-divider" />
      <LabelChoice title="Group by" metric={metricOf(family)} range={range} onLabel={toggleGroup} />
      {pick.groupBy.map((label) => (
        <Chip key={label} text={`by ${label}`} onRemove={() => toggleGroup(label)} />
      ))}
      <LabelChoice
        title="Filter"
        metric={metricOf(family)}
        range={range}
        onValue={(label, value) => change({ matchers: addMatcher(pick.matchers, label, value) })}
      />
      {splitMatchers(pick.matchers).map((matcher) => (
        <Chip
          key={matcher}
          text={matcher}
          onRemove={() => change({ matchers: removeMatcher(pick.matchers, matcher) })}
        />
      ))}
      {family.help !== '' && <span className="faint ellipsis pick-help">{family.help}</span>}
    </div>
  );
}

const metricOf = ({ name, kind }: Family): string =>
  kind === 'histogram' ? `${name}_bucket` : kind === 'summary' ? `${name}_count` : name;

function Chip({ text, onRemove }: { readonly text: string; readonly onRemove: () => void }) {
  return (
    <button type="button" className="button small" aria-pressed title="Remove" onClick={onRemove}>
      {text} ✕
    </button>
  );
}

interface LabelChoiceProps {
  readonly title: string;
  readonly metric: string;
  readonly range: ResolvedRange;
  readonly onLabel?: (label: string) => void;
  /** When given, a value is chosen after the label. */
  readonly onValue?: (label: string, value: string) => void;
}

function LabelChoice({ title, metric, range, onLabel, onValue }: LabelChoiceProps) {
  const [isOpen, setOpen] = useState(false);
  const [label, setLabel] = useState<string>();
  const close = (next: boolean): void => {
    setOpen(next);
    setLabel(undefined);
  };
  return (
    <Popover label={`${title} ▾`} title={title} isOpen={isOpen} onToggle={close}>
      <div className="pick-panel">
        <Choices
          key={label ?? ''}
          metric={metric}
          label={label}
          range={range}
          onPick={(name) => {
            if (onValue === undefined) onLabel?.(name);
            else if (label === undefined) return setLabel(name);
            else onValue(label, name);
            close(false);
          }}
        />
      </div>
    </Popover>
  );
}

interface ChoicesProps {
  readonly metric: string;
  readonly label: string | undefined;
  readonly range: ResolvedRange;
  readonly onPick: (name: string) => void;
}

function Choices({ metric, label, range, onPick }: ChoicesProps) {
  const within = coarse(range);
  const names = useRequest(`${metric} ${label ?? ''}`, (signal) =>
    label === undefined
      ? queryLabels(within, metric, signal)
      : queryLabelValues({ name: label, range: within, match: metric }, signal),
  );
  const items = (names.value ?? [])
    .filter((name) => label !== undefined || (name !== '__name__' && name !== 'le'))
    .map((name) => ({ name }));
  return (
    <FilterList
      label={label === undefined ? 'Search labels' : `Search values of ${label}`}
      items={items}
      placeholder={label === undefined ? 'Search labels' : `Values of ${label}`}
      emptyText={names.isLoading ? '' : 'This metric has no labels.'}
      onPick={onPick}
    />
  );
}
