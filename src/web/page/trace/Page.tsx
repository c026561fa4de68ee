// /trace/<id>: the waterfall of one trace and the details of the chosen span.

import { type FormEvent, useMemo, useState } from 'react';
import { formatCount, formatDurationMs } from '../../chart/format.ts';
import { Link } from '../../component/Link.tsx';
import { Note } from '../../component/Note.tsx';
import { Progress } from '../../component/Progress.tsx';
import { useShortcuts } from '../../component/use-shortcuts.ts';
import { queryTrace } from '../../data/tempo/trace.ts';
import { type RequestState, useRequest } from '../../data/use-request.ts';
import { formatLocal } from '../../frame/time-range.ts';
import { nanoToMs, type Trace } from '../../frame/trace.ts';
import { navigate } from '../../location.ts';
import { layoutTrace, matchingSpans, type TraceScene } from '../../panel/trace/layout.ts';
import { SpanDetails } from '../../panel/trace/SpanDetails.tsx';
import { type TraceTimeUse, timeUseOf } from '../../panel/trace/time-use.ts';
import { Waterfall } from '../../panel/trace/Waterfall.tsx';
import { compareHref, exploreHref, withParams } from '../link.ts';
import type { PageProps, View } from '../view.ts';
import { hrefsOfSpan, hrefsOfTrace } from './trace-links.ts';
import './trace.css';

export default function TracePage({ view }: PageProps) {
  const traceId = view.place.path.split('/')[2] ?? '';
  const answer = useRequest(`${traceId} ${view.turn}`, (signal) => queryTrace(traceId, signal));
  const { value } = answer;
  return (
    <div className="trace-page">
      <Progress isLoading={answer.isLoading} onCancel={answer.cancel} />
      {value !== undefined && answer.valueKey?.split(' ')[0] === traceId && (
        <Loaded trace={value} view={view} />
      )}
      {answer.error !== undefined && <Missing traceId={traceId} answer={answer} view={view} />}
    </div>
  );
}

interface MissingProps {
  readonly traceId: string;
  readonly answer: RequestState<Trace>;
  readonly view: View;
}

function Missing({ traceId, answer, view }: MissingProps) {
  const search = { label: 'Search traces', to: exploreHref({ mode: 'traces', range: view.range }) };
  if (answer.error?.status !== 404) {
    return (
      <div className="trace-missing">
        <Note kind="error" title={answer.error?.message ?? ''} steps={[search]} />
      </div>
    );
  }
  return (
    <Note
      kind="empty"
      title="There is no trace with this id."
      detail={
        <>
          <p className="mono">{traceId}</p>
          <p>It may not have arrived yet, or it is older than the traces that are kept.</p>
        </>
      }
      steps={[search]}
    />
  );
}

interface LoadedProps {
  readonly trace: Trace;
  readonly view: View;
}

function Loaded({ trace, view }: LoadedProps) {
  const scene = useMemo(() => layoutTrace(trace), [trace]);
  const timeUse = useMemo(() => timeUseOf(trace, scene), [trace, scene]);
  const showsPath = view.place.params.get('path') !== '0';
  const togglePath = (): void =>
    navigate(withParams(view.place, { path: showsPath ? '0' : undefined }), { replace: true });
  const [search, setSearch] = useState('');
  const matches = useMemo(() => matchingSpans(trace.spans, search), [trace, search]);
  const selectedId = view.place.params.get('span') ?? undefined;
  const selected = trace.spans.find((span) => span.spanId === selectedId);
  const select = (spanId: string | undefined): void =>
    navigate(withParams(view.place, { span: spanId }), { replace: selectedId !== undefined });
  const deselect = (): void => select(undefined);
  useShortcuts({ Escape: deselect, c: togglePath });
  return (
    <>
      <TraceHead trace={trace} scene={scene} timeUse={timeUse} view={view}>
        <label className="trace-path" title="What the end of the trace waited for (c)">
          <input type="checkbox" checked={showsPath} onChange={togglePath} />
          Critical path
        </label>
        <input
          className="input"
          type="search"
          aria-label="Search spans"
          placeholder="Search spans"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        {matches !== undefined && (
          <span className="faint">
            {matches.size === 1 ? '1 span' : `${formatCount(matches.size)} spans`}
          </span>
        )}
      </TraceHead>
      <div className={`trace-body ${selected === undefined ? '' : 'split'}`}>
        <Waterfall
          scene={scene}
          selected={selectedId}
          matches={matches}
          timeUse={showsPath ? timeUse : undefined}
          onSelect={select}
        />
        {selected !== undefined && (
          <SpanDetails
            span={selected}
            traceStartNano={scene.startNano}
            timeUse={timeUse.bySpan.get(selected)}
            hrefs={hrefsOfSpan(selected, view.range)}
            onClose={deselect}
          />
        )}
      </div>
    </>
  );
}

interface TraceHeadProps {
  readonly trace: Trace;
  readonly scene: TraceScene;
  readonly timeUse: TraceTimeUse;
  readonly view: View;
  readonly children: React.ReactNode;
}

function TraceHead({ trace, scene, timeUse, view, children }: TraceHeadProps) {
  const hrefs = hrefsOfTrace(trace, scene, view.range);
  const [showsAll, setShowsAll] = useState(false);
  const services = showsAll ? scene.services : mainServices(scene.services, timeUse);
  return (
    <header className="trace-head">
      <div className="trace-title">
        <h1>
          {scene.rootSpan?.serviceName} <span className="soft">{scene.rootSpan?.name}</span>
        </h1>
        <span className="mono faint">{trace.traceId}</span>
        <button
          type="button"
          className="button small quiet"
          onClick={() => navigator.clipboard?.writeText(trace.traceId)}
        >
          Copy id
        </button>
        <span className="spacer" />
        <CompareWith traceId={trace.traceId} view={view} />
        <Link className="button" to={hrefs.logs}>
          Logs of this trace
        </Link>
        <Link className="button" to={hrefs.metrics}>
          Metrics of {scene.rootSpan?.serviceName}
        </Link>
      </div>
      <div className="trace-facts">
        <span>{formatLocal(nanoToMs(scene.startNano))}</span>
        <b>{formatDurationMs(scene.durationMs)}</b>
        <span>
          {trace.spans.length === 1 ? '1 span' : `${formatCount(trace.spans.length)} spans`}
        </span>
        <span className={scene.errorCount > 0 ? 'trace-errors' : 'faint'}>
          {scene.errorCount === 0
            ? 'no errors'
            : scene.errorCount === 1
              ? '1 error'
              : `${formatCount(scene.errorCount)} errors`}
        </span>
        {services.map((service) => (
          <span
            key={service.name}
            className="trace-service"
            title={`${percent(timeUse.byService.get(service.name))} of the critical path`}
          >
            <span className="dot" style={{ background: service.colour }} />
            {service.name}{' '}
            <span className="faint">
              {service.spanCount} · {percent(timeUse.byService.get(service.name))}
            </span>
          </span>
        ))}
        {scene.services.length > servicesShown && (
          <button
            type="button"
            className="button small quiet"
            onClick={() => setShowsAll(!showsAll)}
          >
            {showsAll ? 'Fewer services' : `${scene.services.length - servicesShown} more services`}
          </button>
        )}
        <span className="spacer" />
        {children}
      </div>
    </header>
  );
}

const servicesShown = 8;

/** Those with most of the critical path, in the order of all. */
function mainServices(
  services: TraceScene['services'],
  { byService }: TraceTimeUse,
): TraceScene['services'] {
  const share = ({ name }: { readonly name: string }): number => byService.get(name) ?? 0;
  const ranked = [...services].sort((a, b) => share(b) - share(a) || b.spanCount - a.spanCount);
  const kept = new Set(ranked.slice(0, servicesShown));
  return services.filter((one) => kept.has(one));
}

function CompareWith({ traceId, view }: { readonly traceId: string; readonly view: View }) {
  const [text, setText] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const right = text.trim();
    if (right !== '') navigate(compareHref({ left: traceId, right, range: view.range }));
  };
  return (
    <form onSubmit={submit}>
      <input
        className="input mono"
        aria-label="Compare with the trace of this id"
        placeholder="Compare with id …"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </form>
  );
}

const percent = (share = 0): string => `${Math.round(share * 100)} %`;
