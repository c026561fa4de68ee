// Other questions about the same spans: each is a query that anybody could write.

import { type Asked, compareQuery, errorSelection } from './asked.ts';

interface ViewSwitchProps {
  readonly asked: Asked;
  readonly onQuery: (query: string) => void;
}

interface Choice {
  readonly label: string;
  readonly title: string;
  readonly isShown: (asked: Asked) => boolean;
  readonly toQuery: (spans: string) => string;
}

const isDuration = ({ kind, rest }: Asked): boolean =>
  kind === 'series' && /_over_time\s*\(\s*(?:span:)?duration\b/.test(rest);

const choices: readonly Choice[] = [
  {
    label: 'Traces',
    title: 'The traces that have such spans',
    isShown: ({ kind }) => kind === 'traces',
    toQuery: (spans) => spans,
  },
  {
    label: 'Rate',
    title: 'How many such spans there are, by service',
    isShown: (asked) => asked.kind === 'series' && !isDuration(asked),
    toQuery: (spans) => `${spans} | rate() by (resource.service.name)`,
  },
  {
    label: 'Durations',
    title: 'How long they take, half of them and the slowest',
    isShown: isDuration,
    toQuery: (spans) => `${spans} | quantile_over_time(duration, .5, .9, .99)`,
  },
  {
    label: 'Compare',
    title: 'What tells some of them from the others',
    isShown: ({ kind }) => kind === 'comparison',
    toQuery: (spans) => compareQuery(spans, errorSelection),
  },
];

export function ViewSwitch({ asked, onQuery }: ViewSwitchProps) {
  return (
    <div className="view-switch" role="toolbar" aria-label="What to show">
      {choices.map(({ label, title, isShown, toQuery }) => (
        <button
          key={label}
          type="button"
          className="button small"
          title={title}
          aria-pressed={isShown(asked)}
          onClick={() => onQuery(toQuery(asked.spans))}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
