// A searchable list of names; thousands of entries, only the visible ones are in the page.

import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useRef, useState } from 'react';
import { filterNames } from './filter-names.ts';
import './filter-list.css';

export interface ListItem {
  readonly name: string;
  /** Small word at the right, like a type. */
  readonly tag?: string;
  readonly title?: string;
}

interface FilterListProps {
  readonly items: readonly ListItem[];
  readonly placeholder: string;
  readonly selected?: string | undefined;
  readonly emptyText: string;
  readonly onPick: (name: string) => void;
  /** Shown before the search field. */
  readonly label: string;
}

const rowHeight = 26;

export function FilterList(props: FilterListProps) {
  const { items, placeholder, selected, emptyText, onPick, label } = props;
  const [search, setSearch] = useState('');
  const [active, setActive] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const shown = filterNames(items, search);
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  const move = (to: number): void => {
    const next = Math.max(0, Math.min(shown.length - 1, to));
    setActive(next);
    rows.scrollToIndex(next);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') move(active + 1);
    else if (event.key === 'ArrowUp') move(active - 1);
    else if (event.key === 'Enter' && shown[active] !== undefined) onPick(shown[active].name);
    else return;
    event.preventDefault();
  };
  return (
    <div className="filter-list">
      <input
        className="input"
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={search}
        onKeyDown={onKey}
        onChange={(event) => {
          setSearch(event.target.value);
          setActive(0);
        }}
      />
      <div className="filter-list-rows" ref={scroller}>
        {shown.length === 0 && (
          <p className="faint filter-list-empty">
            {search === '' ? emptyText : `Nothing here contains “${search}”.`}
          </p>
        )}
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map((row) => {
            const item = shown[row.index];
            if (item === undefined) return null;
            return (
              <button
                key={item.name}
                type="button"
                className={`filter-list-row ${row.index === active && search !== '' ? 'active' : ''}`}
                aria-current={item.name === selected}
                style={{ transform: `translateY(${row.start}px)` }}
                title={item.title}
                onClick={() => onPick(item.name)}
              >
                <span className="ellipsis">{item.name}</span>
                {item.tag !== undefined && <span className="filter-list-tag">{item.tag}</span>}
              </button>
            );
          })}
        </div>
      </div>
    </div>
  );
}
