// A request on its way: a thin line at the top edge that takes no space. After a second it says for
// how long and offers to stop it.

import { useEffect, useState } from 'react';
import { systemClock } from '#lib/clock.ts';
import './progress.css';

interface ProgressProps {
  readonly isLoading: boolean;
  readonly onCancel: () => void;
}

export function Progress({ isLoading, onCancel }: ProgressProps) {
  return <div className="progress">{isLoading && <Running onCancel={onCancel} />}</div>;
}

function Running({ onCancel }: { readonly onCancel: () => void }) {
  const [elapsedMs, setElapsedMs] = useState(0);
  useEffect(() => {
    const startMs = systemClock.monotonicMs();
    const timer = setInterval(() => setElapsedMs(systemClock.monotonicMs() - startMs), 100);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <div className="progress-line" />
      {elapsedMs > 1000 && (
        <div className="progress-note" role="status">
          <span className="numeric">Running for {(elapsedMs / 1000).toFixed(1)} s</span>
          <button type="button" className="button small" onClick={onCancel}>
            Stop <kbd>esc</kbd>
          </button>
        </div>
      )}
    </>
  );
}
