// What stands where an answer would be: that there is none and why, or what went wrong, each with the
// steps that help.

import type { ReactNode } from 'react';
import { Link } from './Link.tsx';
import './note.css';

/** A step is a place to go (`to`) or something to do (`run`). */
export interface Step {
  readonly label: string;
  readonly to?: string;
  readonly run?: () => void;
}

export interface NoteProps {
  readonly kind: 'empty' | 'error' | 'warning';
  readonly title: string;
  readonly detail?: ReactNode;
  readonly steps?: readonly Step[];
}

export function Note({ kind, title, detail, steps = [] }: NoteProps) {
  return (
    <div className={`note ${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
      <p className="note-title">{title}</p>
      {detail !== undefined && <div className="note-detail">{detail}</div>}
      {steps.length > 0 && (
        <div className="toolbar note-steps">
          {steps.map((step) =>
            step.to === undefined ? (
              <button key={step.label} type="button" className="button" onClick={step.run}>
                {step.label}
              </button>
            ) : (
              <Link key={step.label} className="button" to={step.to}>
                {step.label}
              </Link>
            ),
          )}
        </div>
      )}
    </div>
  );
}
