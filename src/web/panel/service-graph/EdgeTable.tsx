// Requests between services as a table; only the visible rows are in the page.

import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { ServiceEdge } from '../../frame/service-graph.ts';
import { errorText, p95Text, rateText } from './layout.ts';
import './service-graph.css';

interface EdgeTableProps {
  readonly edges: readonly ServiceEdge[];
  readonly onService: (name: string) => void;
  readonly onSpans: (edge: ServiceEdge) => void;
}

export function EdgeTable({ edges, onService, onSpans }: EdgeTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: edges.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 28,
    overscan: 12,
  });
  return (
    <section className="edge-table" ref={scroller} aria-label="Requests between services">
      <div className="edge-table-head">
        <span>From</span>
        <span>To</span>
        <span className="numeric">Requests</span>
        <span className="numeric">Errors</span>
        <span className="numeric" title="Nine of ten and a half take no longer">
          p95
        </span>
        <span />
      </div>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const edge = edges[item.index];
          if (edge === undefined) return null;
          return (
            <Row
              key={`${edge.client} ${edge.server} ${edge.connectionType}`}
              edge={edge}
              top={item.start}
              onService={onService}
              onSpans={onSpans}
            />
          );
        })}
      </div>
    </section>
  );
}

interface RowProps extends Omit<EdgeTableProps, 'edges'> {
  readonly edge: ServiceEdge;
  readonly top: number;
}

function Row({ edge, top, onService, onSpans }: RowProps) {
  const { client, server, rate, errorShare, p95 } = edge;
  return (
    <div className="edge-table-row" style={{ transform: `translateY(${top}px)` }}>
      <button type="button" className="ellipsis" onClick={() => onService(client)}>
        {client}
      </button>
      <button type="button" className="ellipsis" onClick={() => onService(server)}>
        {server}
      </button>
      <span className="numeric">{rateText(rate)}</span>
      <span className="numeric edge-table-errors">{errorText(errorShare)}</span>
      <span className="numeric">{p95Text(p95)}</span>
      <button
        type="button"
        className="button small quiet"
        aria-label={`Spans from ${client} to ${server}`}
        onClick={() => onSpans(edge)}
      >
        Spans
      </button>
    </div>
  );
}
