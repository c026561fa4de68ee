// The query field with its run button, and under it what was wrong with the query.

import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { Note } from '../../component/Note.tsx';
import { errorPosition } from '../../data/error-position.ts';
import type { RequestError } from '../../data/request.ts';
import type { Lookups } from '../../editor/completion.ts';
import type { EditorLanguage } from '../../editor/context.ts';
import { QueryEditor } from '../../editor/QueryEditor.tsx';

interface QueryBarProps {
  readonly language: EditorLanguage;
  /** The query that was asked. */
  readonly query: string;
  readonly placeholder: string;
  readonly label: string;
  readonly lookups: Lookups;
  readonly error: RequestError | undefined;
  readonly onRun: (query: string) => void;
  /** Controls behind the run button. */
  readonly actions?: ReactNode;
  /** Controls under the field. */
  readonly children?: ReactNode;
}

export function QueryBar(props: QueryBarProps) {
  const { language, query, placeholder, label, lookups, error, onRun, actions, children } = props;
  const [draft, setDraft] = useState(query);
  useEffect(() => setDraft(query), [query]);
  const problem = useMemo(() => {
    if (error === undefined || draft !== query) return undefined;
    const place = errorPosition(error.message, query);
    return place === undefined ? undefined : { ...place, message: error.message };
  }, [error, draft, query]);
  return (
    <div className="query-bar">
      <div className="query-bar-row">
        <QueryEditor
          language={language}
          value={draft}
          placeholder={placeholder}
          label={label}
          problem={problem}
          lookups={lookups}
          onChange={setDraft}
          onRun={() => onRun(draft.trim())}
        />
        <button
          type="button"
          className={`button ${draft !== query ? 'primary' : ''}`}
          onClick={() => onRun(draft.trim())}
        >
          Run
        </button>
        {actions}
      </div>
      {children}
      {error !== undefined && <Note kind="error" title={error.message} detail={remedy(error)} />}
    </div>
  );
}

function remedy(error: RequestError): string | undefined {
  if (error.status === 429 || error.status === 503) {
    return 'Sightline is busy. Try again in a moment, or ask for a shorter time range.';
  }
  if (error.status === 504) return 'A shorter time range or fewer series answer faster.';
  return undefined;
}
