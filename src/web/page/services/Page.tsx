// /services: who asks whom, how often, how fast, and what fails.

import { useCallback, useMemo, useState } from 'react';
import { FilterList } from '../../component/FilterList.tsx';
import { Link } from '../../component/Link.tsx';
import { Note } from '../../component/Note.tsx';
import { Progress } from '../../component/Progress.tsx';
import { useShortcuts } from '../../component/use-shortcuts.ts';
import { RequestError } from '../../data/request.ts';
import { spansOfSeries } from '../../data/spans-of-series.ts';
import { useRequest } from '../../data/use-request.ts';
import {
  neighboursOf,
  type ServiceEdge,
  type ServiceGraph,
  type ServiceNode,
} from '../../frame/service-graph.ts';
import { absoluteRange } from '../../frame/time-range.ts';
import { navigate } from '../../location.ts';
import { EdgeTable } from '../../panel/service-graph/EdgeTable.tsx';
import { kindWords, ServiceGraphView } from '../../panel/service-graph/ServiceGraphView.tsx';
import { exploreHref, withParams } from '../link.ts';
import type { PageProps, View } from '../view.ts';
import { askGraph, requestsMetric } from './ask-graph.ts';
import './service-graph.css';

export default function ServicesPage({ view }: PageProps) {
  const { fromMs, toMs } = view.resolved;
  const answer = useRequest(`${fromMs} ${toMs} ${view.turn}`, (signal) =>
    askGraph(view.resolved, signal),
  );
  const { value: graph, error } = answer;
  const selected = view.place.params.get('service') ?? undefined;
  const select = useCallback(
    (name: string | undefined) =>
      navigate(withParams(view.place, { service: name }), { replace: selected !== undefined }),
    [view.place, selected],
  );
  const leave = (): void => (answer.isLoading ? answer.cancel() : select(undefined));
  useShortcuts({ Escape: leave });
  const items = useMemo(
    () => (graph?.nodes ?? []).map(({ name, kind }) => ({ name, tag: kindWords[kind] })),
    [graph],
  );
  return (
    <div className="explore">
      <aside className="explore-side" aria-label="Services">
        <FilterList
          label="Search services"
          items={items}
          placeholder={items.length === 1 ? 'Search 1 service' : `Search ${items.length} services`}
          selected={selected}
          emptyText={graph === undefined ? '' : 'No services in this time range.'}
          onPick={(name) => select(name === selected ? undefined : name)}
        />
      </aside>
      <section className="explore-main services">
        <Progress isLoading={answer.isLoading} onCancel={answer.cancel} />
        {error !== undefined && (
          <Note
            kind="error"
            title={error.message}
            steps={[{ label: 'Ask again', run: view.runAgain }]}
          />
        )}
        {graph?.nodes.length === 0 && !answer.isLoading && <NoServices view={view} />}
        {graph !== undefined && graph.nodes.length > 0 && (
          <Services graph={graph} selected={selected} view={view} onSelect={select} />
        )}
      </section>
    </div>
  );
}

function NoServices({ view }: { readonly view: View }) {
  return (
    <Note
      kind="empty"
      title="No requests between services in this time range."
      detail="The graph is made of traces: where the span of one service has a parent in another, where a span asks a database, and where a trace begins. Send traces with OTLP to port 4317 (gRPC) or 4318 (HTTP), and it appears within a minute."
      steps={[
        {
          label: 'Look at the last 24 hours',
          to: withParams(view.place, { from: 'now-24h', to: 'now' }),
        },
        { label: 'Search traces', to: exploreHref({ mode: 'traces', range: view.range }) },
      ]}
    />
  );
}

/** More boxes than this are a thicket; the list at the left finds each of them. */
const drawnMax = 60;

interface ServicesProps {
  readonly graph: ServiceGraph;
  readonly selected: string | undefined;
  readonly view: View;
  readonly onSelect: (name: string | undefined) => void;
}

function Services({ graph, selected, view, onSelect }: ServicesProps) {
  const node = graph.nodes.find(({ name }) => name === selected);
  const isLarge = graph.nodes.length > drawnMax;
  const near = useMemo(
    () => (node === undefined ? graph : neighboursOf(graph, node.name)),
    [graph, node],
  );
  const drawn = isLarge ? near : graph;
  const edges = useMemo(() => edgesOf(graph, node?.name), [graph, node]);
  const [failure, setFailure] = useState('');
  const showSpans = ({ client, server, connectionType }: ServiceEdge): void => {
    const labels = { client, server, connection_type: connectionType };
    const matchers = Object.entries(labels).map(
      ([name, text]) => `${name}=${JSON.stringify(text)}`,
    );
    openSpans(`${requestsMetric}{${matchers.join(',')}}`, view).catch((error: unknown) =>
      setFailure(error instanceof RequestError ? error.message : String(error)),
    );
  };
  return (
    <>
      {drawn.nodes.length > drawnMax ? (
        <p className="services-notice faint">
          {drawn.nodes.length} services are too many to draw. Choose one at the left to see it with
          its neighbours.
        </p>
      ) : (
        <ServiceGraphView graph={drawn} selected={selected} onSelect={onSelect} />
      )}
      <div className={`services-edges ${drawn.nodes.length > drawnMax ? 'whole' : ''}`}>
        <NodeBar node={node} view={view} edgeCount={edges.length} failure={failure} />
        <EdgeTable edges={edges} onService={onSelect} onSpans={showSpans} />
      </div>
    </>
  );
}

/** What asks a service first, then what it asks; all edges without one. */
function edgesOf({ edges }: ServiceGraph, name: string | undefined): readonly ServiceEdge[] {
  if (name === undefined) return edges;
  return [
    ...edges.filter(({ server }) => server === name),
    ...edges.filter(({ client, server }) => client === name && server !== name),
  ];
}

async function openSpans(selector: string, view: View): Promise<void> {
  const { fromMs, toMs } = view.resolved;
  const signal = AbortSignal.timeout(60_000);
  const point = { selector, timeMs: toMs, windowMs: toMs - fromMs };
  const { traceql, range } = await spansOfSeries(point, signal);
  const shown = absoluteRange(range.fromMs, range.toMs);
  navigate(exploreHref({ mode: 'traces', query: traceql, range: shown }));
}

interface NodeBarProps {
  readonly node: ServiceNode | undefined;
  readonly view: View;
  readonly edgeCount: number;
  readonly failure: string;
}

function NodeBar({ node, view, edgeCount, failure }: NodeBarProps) {
  const { range } = view;
  const name = JSON.stringify(node?.name ?? '');
  const count = edgeCount === 1 ? '1 connection' : `${edgeCount} connections`;
  return (
    <div className="services-bar">
      <h2 className="ellipsis">{node?.name ?? 'All services'}</h2>
      <span className="faint">
        {count}
        {node !== undefined && node.kind !== 'service' && `, ${kindWords[node.kind]}`}
      </span>
      {failure !== '' && <span className="services-failure ellipsis">{failure}</span>}
      <span className="spacer" />
      {node?.kind === 'service' && (
        <>
          <Link
            className="button small"
            to={exploreHref({
              mode: 'metrics',
              query: `sum by (span_name) (rate(traces_spanmetrics_calls_total{service=${name}}[5m]))`,
              range,
            })}
          >
            Metrics
          </Link>
          <Link
            className="button small"
            to={exploreHref({
              mode: 'traces',
              query: `{ resource.service.name = ${name} }`,
              range,
            })}
          >
            Traces
          </Link>
        </>
      )}
    </div>
  );
}
