// What live mode is doing, above its lines: connected or not, paused or not, what is missing.

import { useEffect } from 'react';
import { formatCount } from '../../../chart/format.ts';
import { useShortcuts } from '../../../component/use-shortcuts.ts';
import type { LiveLines } from './use-live-lines.ts';

interface LiveBarProps {
  readonly live: LiveLines;
  /** Whether somebody has scrolled away from the newest line. */
  readonly isReading: boolean;
}

export function LiveBar({ live, isReading }: LiveBarProps) {
  const { isPaused, setPaused, connection, waiting, droppedCount, removedCount } = live;
  // Nothing moves under somebody who reads.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only scrolling decides.
  useEffect(() => setPaused(isReading), [isReading]);
  useShortcuts({ p: () => setPaused(!isPaused) });
  const state = isPaused && connection.kind === 'open' ? 'paused' : connection.kind;
  return (
    <div className="live-bar" role="status">
      <span className={`live-dot ${state}`} />
      <span className="live-state">{describe(live)}</span>
      {waiting.length > 0 && <span>{formatCount(waiting.length)} new, not shown yet</span>}
      {droppedCount > 0 && (
        <span className="live-dropped" title="They are stored: look for them without live mode.">
          {formatCount(droppedCount)} left out, this page was too slow
        </span>
      )}
      {removedCount > 0 && (
        <span className="faint">{formatCount(removedCount)} older made room</span>
      )}
      <span className="spacer" />
      <button
        type="button"
        className="button small"
        aria-pressed={isPaused}
        title="Pause or go on (p)"
        onClick={() => setPaused(!isPaused)}
      >
        {isPaused ? 'Go on' : 'Pause'}
      </button>
    </div>
  );
}

function describe({ connection, isPaused }: LiveLines): string {
  if (connection.kind === 'connecting') return 'Connecting';
  if (connection.kind === 'lost') {
    const seconds = Math.round(connection.retryMs / 1000);
    const why = connection.reason === '' ? '' : ` (${connection.reason})`;
    return `The connection was lost${why}. Trying again in ${seconds} s.`;
  }
  return isPaused ? 'Paused' : 'Live';
}
