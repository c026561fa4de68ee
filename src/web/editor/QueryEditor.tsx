// A field for a query. Until the editor's code is there, the query stands in its place, same size.

import { lazy, Suspense } from 'react';
import { loadView } from '../component/view-failure.ts';
import type { Lookups } from './completion.ts';
import type { EditorLanguage } from './context.ts';
import './query-editor.css';

export interface Problem {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

export interface QueryEditorProps {
  readonly language: EditorLanguage;
  readonly value: string;
  readonly placeholder: string;
  /** For screen readers. */
  readonly label: string;
  readonly problem: Problem | undefined;
  readonly lookups: Lookups;
  readonly onChange: (value: string) => void;
  readonly onRun: () => void;
  /** Takes the focus as soon as it is there. */
  readonly hasFocus?: boolean;
}

const CodeEditor = lazy(() => loadView(() => import('./CodeEditor.tsx')));

export function QueryEditor(props: QueryEditorProps) {
  return (
    <div className="query-field">
      <Suspense fallback={<Waiting {...props} />}>
        <CodeEditor {...props} />
      </Suspense>
    </div>
  );
}

function Waiting({ value, placeholder }: QueryEditorProps) {
  return <pre className="query-waiting">{value === '' ? placeholder : value}</pre>;
}
