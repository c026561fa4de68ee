// /compare/<id>/<id>: two traces side by side, call by call.
import { useMemo } from 'react';
import { Link } from '../../component/Link.tsx';
import { Note } from '../../component/Note.tsx';
import { Progress } from '../../component/Progress.tsx';
import { compareTraces, type TraceComparison } from '../../data/trace-compare.ts';
import { useRequest } from '../../data/use-request.ts';
import { CallTable } from '../../panel/trace-compare/CallTable.tsx';
import { layoutComparison } from '../../panel/trace-compare/layout.ts';
import { compareHref, exploreHref, traceHref } from '../link.ts';
import type { PageProps, View } from '../view.ts';
import './compare.css';

export default function ComparePage({ view }: PageProps) {
  const [, , left = '', right = ''] = view.place.path.split('/').map(decodeURIComponent);
  const answer = useRequest(`${left} ${right} ${view.turn}`, (signal) =>
    compareTraces({ left, right }, signal),
  );
  const { value, error } = answer;
  return (
    <div className="compare-page">
      <Progress isLoading={answer.isLoading} onCancel={answer.cancel} />
      {value !== undefined && <Comparison comparison={value} view={view} />}
      {error !== undefined && (
        <Note
          kind={error.status === 404 ? 'empty' : 'error'}
          title={error.message}
          steps={[
            { label: 'Search traces', to: exploreHref({ mode: 'traces', range: view.range }) },
          ]}
        />
      )}
    </div>
  );
}

interface ComparisonProps {
  readonly comparison: TraceComparison;
  readonly view: View;
}

function Comparison({ comparison, view }: ComparisonProps) {
  const lines = useMemo(() => layoutComparison(comparison.calls), [comparison]);
  const { left, right } = comparison;
  const changed = lines.filter(({ change }) => change !== 'same').length;
  return (
    <>
      <header className="compare-head">
        <h1>Two traces</h1>
        <TraceLink label="First" trace={left} view={view} />
        <TraceLink label="Second" trace={right} view={view} />
        <span className="faint">
          {changed === 0 ? 'no call changed' : `${changed} of ${lines.length} calls changed`}
        </span>
        <span className="spacer" />
        <Link
          className="button"
          to={compareHref({ left: right.traceId, right: left.traceId, range: view.range })}
        >
          Swap
        </Link>
      </header>
      <CallTable lines={lines} />
    </>
  );
}

interface TraceLinkProps {
  readonly label: string;
  readonly trace: TraceComparison['left'];
  readonly view: View;
}

function TraceLink({ label, trace, view }: TraceLinkProps) {
  return (
    <span>
      {label}{' '}
      <Link className="mono" to={traceHref({ traceId: trace.traceId, range: view.range })}>
        {trace.traceId}
      </Link>{' '}
      <span className="faint">{trace.spans === 1 ? '1 span' : `${trace.spans} spans`}</span>
    </span>
  );
}
