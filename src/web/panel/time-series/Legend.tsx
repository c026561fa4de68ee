// The legend as a table: sort by any column, click a name to see that series alone, its colour to
// hide it.

import { useMemo, useState } from 'react';
import { type Format, formatValue } from '../../chart/format.ts';
import { printLabels } from '../../frame/series.ts';
import { type LegendSort, type SeriesItem, sortItems, type TimeSeriesScene } from './layout.ts';

interface LegendProps {
  readonly scene: TimeSeriesScene;
  readonly format: Format;
  readonly hidden: ReadonlySet<string>;
  readonly onHide: (hidden: ReadonlySet<string>) => void;
  /** A button of each series, about its last point. */
  readonly action?: LegendAction | undefined;
}

interface LegendAction {
  readonly label: string;
  readonly run: (item: SeriesItem) => void;
}

const columns: readonly { readonly by: LegendSort; readonly label: string }[] = [
  { by: 'name', label: 'Series' },
  { by: 'last', label: 'Last' },
  { by: 'mean', label: 'Mean' },
  { by: 'max', label: 'Max' },
];

export function Legend({ scene, format, hidden, onHide, action }: LegendProps) {
  const [by, setBy] = useState<LegendSort>('last');
  const items = useMemo(() => sortItems(scene.items, by), [scene, by]);
  const toggle = (item: SeriesItem): void => {
    const next = new Set(hidden);
    if (!next.delete(item.key)) next.add(item.key);
    onHide(next);
  };
  const isolate = (item: SeriesItem): void => {
    const others = scene.items.filter((one) => one.key !== item.key).map((one) => one.key);
    const isAlone = !hidden.has(item.key) && others.every((key) => hidden.has(key));
    onHide(new Set(isAlone ? [] : others));
  };
  return (
    <div className="legend">
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.by}
                aria-sort={column.by === by ? 'descending' : 'none'}
                className={column.by === 'name' ? '' : 'numeric'}
              >
                <button type="button" onClick={() => setBy(column.by)}>
                  {column.label}
                  {column.by === by ? ' ↓' : ''}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.key} className={hidden.has(item.key) ? 'off' : ''}>
              <td className="legend-name">
                <button
                  type="button"
                  className="dot"
                  style={{ background: item.colour }}
                  aria-label={hidden.has(item.key) ? 'Show this series' : 'Hide this series'}
                  onClick={() => toggle(item)}
                />
                <button
                  type="button"
                  className="ellipsis"
                  title={`${printLabels(item.labels)}\nClick to see it alone`}
                  onClick={() => isolate(item)}
                >
                  {item.name}
                </button>
                {action !== undefined && (
                  <button
                    type="button"
                    className="legend-action"
                    title={`${action.label}, of the last point`}
                    onClick={() => action.run(item)}
                  >
                    {action.label}
                  </button>
                )}
              </td>
              <td className="numeric">{formatValue(item.stats.last, format)}</td>
              <td className="numeric">{formatValue(item.stats.mean, format)}</td>
              <td className="numeric">{formatValue(item.stats.max, format)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {scene.leftOut > 0 && (
        <p className="faint">
          The {scene.items.length} largest are shown. {scene.leftOut} more are not; topk() or sum by
          () makes fewer.
        </p>
      )}
    </div>
  );
}
