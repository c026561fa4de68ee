// The frame around every page: where you are, the one time range, refresh, theme, keys.

import { type ReactNode, useEffect, useState } from 'react';
import { Link } from '../../component/Link.tsx';
import { TimeRangePicker } from '../../component/TimeRangePicker.tsx';
import { useShortcuts } from '../../component/use-shortcuts.ts';
import '../../component/control.css';
import { systemClock } from '#lib/clock.ts';
import { focusQuery } from '../../editor/focus-query.ts';
import { shiftRange, widenRange } from '../../frame/time-range.ts';
import { navigate } from '../../location.ts';
import { lastQuery } from '../explore/last-query.ts';
import { type ExploreMode, exploreHref, readExplore, servicesHref, statusHref } from '../link.ts';
import { refreshChoices, type View } from '../view.ts';
import { Keys } from './Keys.tsx';
import { ThemeToggle, toggleTheme } from './ThemeToggle.tsx';
import './shell.css';

interface ShellProps {
  readonly view: View;
  readonly children: ReactNode;
}

const modes: readonly { readonly mode: ExploreMode; readonly label: string }[] = [
  { mode: 'metrics', label: 'Metrics' },
  { mode: 'logs', label: 'Logs' },
  { mode: 'traces', label: 'Traces' },
];

export function Shell({ view, children }: ShellProps) {
  const [isPicking, setPicking] = useState(false);
  const [showsKeys, setShowsKeys] = useState(false);
  const { range, resolved, place, refresh } = view;
  const toMode = (mode: ExploreMode): string =>
    exploreHref({ mode, query: lastQuery(mode), range, refresh: shown(refresh) });
  useShortcuts({
    '/': focusQuery,
    '?': () => setShowsKeys(true),
    t: () => setPicking(true),
    1: () => navigate(toMode('metrics')),
    2: () => navigate(toMode('logs')),
    3: () => navigate(toMode('traces')),
    4: () => navigate(servicesHref(range)),
    r: view.runAgain,
    d: toggleTheme,
    '[': () => view.setRange(shiftRange(resolved, -0.5)),
    ']': () => view.setRange(shiftRange(resolved, 0.5)),
    '-': () => view.setRange(widenRange(resolved, systemClock.nowMs())),
  });
  const here = currentOf(place.path, readExplore(place.params).mode);
  useEffect(() => {
    document.title = `${here.charAt(0).toUpperCase()}${here.slice(1)} · Sightline`;
  }, [here]);
  return (
    <>
      <header className="shell">
        <Link className="shell-name" to={exploreHref({ mode: 'metrics', range })}>
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d="M1 8h4l2-5 3 10 2-5h3" />
          </svg>
          <span>Sightline</span>
        </Link>
        <nav className="segments" aria-label="Pages">
          {modes.map(({ mode, label }) => (
            <Link
              key={mode}
              className="segment"
              to={toMode(mode)}
              aria-current={here === mode ? 'page' : undefined}
            >
              {label}
            </Link>
          ))}
          <Link
            className="segment"
            to={servicesHref(range)}
            aria-current={here === 'services' ? 'page' : undefined}
          >
            Services
          </Link>
          <Link
            className="segment"
            to={statusHref(range)}
            aria-current={here === 'status' ? 'page' : undefined}
          >
            Status
          </Link>
        </nav>
        <span className="spacer" />
        <TimeRangePicker
          range={range}
          resolved={resolved}
          isOpen={isPicking}
          onToggle={setPicking}
          onChange={view.setRange}
        />
        <RefreshControl view={view} />
        <ThemeToggle />
        <button
          type="button"
          className="button icon quiet"
          title="Keys (?)"
          onClick={() => setShowsKeys(true)}
        >
          ?
        </button>
      </header>
      <main className="page">{children}</main>
      {showsKeys && <Keys onClose={() => setShowsKeys(false)} />}
    </>
  );
}

const shown = (refresh: string): string | undefined => (refresh === 'off' ? undefined : refresh);

function currentOf(path: string, mode: ExploreMode): string {
  if (path.startsWith('/status')) return 'status';
  if (path.startsWith('/services')) return 'services';
  return /^\/(trace|compare)\//.test(path) ? 'trace' : mode;
}

function RefreshControl({ view }: { readonly view: View }) {
  return (
    <div className="refresh">
      <button type="button" className="button icon" title="Ask again (r)" onClick={view.runAgain}>
        ↻
      </button>
      <select
        className="input"
        aria-label="Refresh by itself"
        title="Refresh by itself"
        value={view.refresh}
        onChange={(event) => view.setRefresh(event.target.value)}
      >
        {refreshChoices.map(({ name }) => (
          <option key={name} value={name}>
            {name === 'off' ? 'Off' : name}
          </option>
        ))}
      </select>
    </div>
  );
}
