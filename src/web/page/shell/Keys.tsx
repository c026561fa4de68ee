// The list of keys, opened with `?`.

import { useEffect, useRef } from 'react';

const keys: readonly (readonly [string, string])[] = [
  ['/', 'Write a query'],
  ['Enter', 'Run the query'],
  ['Esc', 'Leave the query, stop what runs, close what is open'],
  ['1  2  3  4', 'Metrics, logs, traces, services'],
  ['t', 'Time range'],
  ['[  ]', 'Earlier, later'],
  ['-', 'Zoom out'],
  ['r', 'Ask again'],
  ['j  k', 'Next, previous line or span'],
  ['o', 'Open or close a log line'],
  ['w', 'Wrap log lines'],
  ['m', 'Messages or whole log lines'],
  ['l', 'Follow log lines live'],
  ['p', 'Pause live lines, or go on'],
  ['c', 'Critical path of a trace'],
  ['d', 'Light or dark'],
  ['?', 'This list'],
];

export function Keys({ onClose }: { readonly onClose: () => void }) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    ref.current?.showModal();
  }, []);
  return (
    <dialog ref={ref} className="keys" aria-label="Keys" onClose={onClose}>
      <h2>Keys</h2>
      <dl>
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              {key.split('  ').map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit" className="button">
          Close
        </button>
      </form>
    </dialog>
  );
}
