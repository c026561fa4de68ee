// The waterfall: a collapsible tree of spans beside their bars. Only the visible rows are in the page,
// so thousands of spans cost nothing.

import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type KeyboardEvent,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { formatCount } from '../../chart/format.ts';
import { barOf, type SpanNode, type TraceScene, traceTicks, visibleNodes } from './layout.ts';
import type { SpanTimeUse, TraceTimeUse } from './time-use.ts';
import './waterfall.css';

interface WaterfallProps {
  readonly scene: TraceScene;
  readonly selected: string | undefined;
  /** Spans that a search found; the others are faint. */
  readonly matches: ReadonlySet<string> | undefined;
  /** Draws the critical path; undefined leaves it out. */
  readonly timeUse: TraceTimeUse | undefined;
  readonly onSelect: (spanId: string | undefined) => void;
}

const rowHeight = 28;
const noPieces: SpanTimeUse['pieces'] = [];

export function Waterfall({ scene, selected, matches, timeUse, onSelect }: WaterfallProps) {
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const [nameShare, setNameShare] = useState(0.36);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => visibleNodes(scene.roots, collapsed), [scene, collapsed]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const toggle = (spanId: string): void =>
    setCollapsed((old) => {
      const next = new Set(old);
      if (!next.delete(spanId)) next.add(spanId);
      return next;
    });
  const selectedAt = rows.findIndex((node) => node.span.spanId === selected);
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when the selection changes only.
  useEffect(() => {
    if (selectedAt >= 0) virtual.scrollToIndex(selectedAt, { align: 'auto' });
  }, [selected]);
  const onKey = (event: KeyboardEvent): void => {
    const action = keyAction(event.key, rows, selectedAt, collapsed);
    if (action === undefined) return;
    event.preventDefault();
    if (action.select !== undefined) onSelect(action.select);
    if (action.toggle !== undefined) toggle(action.toggle);
  };
  const style = { '--name-share': `${nameShare * 100}%` } as CSSProperties;
  return (
    <div
      className="waterfall"
      ref={scroller}
      style={style}
      role="tree"
      tabIndex={0}
      onKeyDown={onKey}
    >
      <WaterfallHead scene={scene} onResize={setNameShare} />
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const node = rows[item.index];
          if (node === undefined) return null;
          const { spanId } = node.span;
          return (
            <Row
              key={spanId}
              node={node}
              scene={scene}
              top={item.start}
              pieces={timeUse?.bySpan.get(node.span)?.pieces ?? noPieces}
              isSelected={spanId === selected}
              isCollapsed={collapsed.has(spanId)}
              isFaint={matches !== undefined && !matches.has(spanId)}
              onToggle={() => toggle(spanId)}
              onSelect={() => onSelect(spanId === selected ? undefined : spanId)}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Up and down move, right opens, left closes or goes to the parent. */
function keyAction(
  key: string,
  rows: readonly SpanNode[],
  at: number,
  collapsed: ReadonlySet<string>,
): { select?: string; toggle?: string } | undefined {
  const idAt = (index: number): { select?: string } => {
    const id = rows[index]?.span.spanId;
    return id === undefined ? {} : { select: id };
  };
  if (key === 'ArrowDown' || key === 'j') return idAt(Math.min(rows.length - 1, at + 1));
  if (key === 'ArrowUp' || key === 'k') return idAt(Math.max(0, at - 1));
  const node = rows[at];
  if (node === undefined) return undefined;
  const { spanId, parentSpanId } = node.span;
  const isOpen = node.children.length > 0 && !collapsed.has(spanId);
  if (key === 'ArrowRight') return isOpen ? idAt(at + 1) : { toggle: spanId };
  if (key === 'ArrowLeft') {
    return isOpen
      ? { toggle: spanId }
      : idAt(rows.findIndex((r) => r.span.spanId === parentSpanId));
  }
  return undefined;
}

interface HeadProps {
  readonly scene: TraceScene;
  readonly onResize: (share: number) => void;
}

function WaterfallHead({ scene, onResize }: HeadProps) {
  const ref = useRef<HTMLDivElement>(null);
  const ticks = traceTicks(scene.durationMs, 6);
  return (
    <div className="waterfall-head" ref={ref}>
      <div className="waterfall-name">Service and operation</div>
      <div
        className="waterfall-handle"
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => {
          const box = ref.current?.getBoundingClientRect();
          if (box === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
          onResize(Math.min(0.7, Math.max(0.15, (event.clientX - box.left) / box.width)));
        }}
      />
      <div className="waterfall-time">
        {ticks.map((tick) => (
          <span
            key={tick.at}
            className={`waterfall-tick ${tick.at > 0.94 ? 'last' : ''}`}
            style={{ left: `${tick.at * 100}%` }}
          >
            {tick.label}
          </span>
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  readonly node: SpanNode;
  readonly scene: TraceScene;
  readonly top: number;
  readonly pieces: SpanTimeUse['pieces'];
  readonly isSelected: boolean;
  readonly isCollapsed: boolean;
  readonly isFaint: boolean;
  readonly onToggle: () => void;
  readonly onSelect: () => void;
}

function Row(props: RowProps) {
  const { node, scene, top, pieces, isSelected, isCollapsed, isFaint, onToggle, onSelect } = props;
  const { span, depth } = node;
  const colour = scene.colours.get(span.serviceName) ?? 'var(--text-faint)';
  const hasChildren = node.children.length > 0;
  const hidesError = isCollapsed && node.errorCount > (span.status === 'error' ? 1 : 0);
  return (
    <div
      className={`waterfall-row ${isSelected ? 'selected' : ''} ${isFaint ? 'off' : ''}`}
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={isSelected}
      aria-expanded={hasChildren ? !isCollapsed : undefined}
      tabIndex={-1}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div className="waterfall-name" style={{ paddingLeft: 8 + Math.min(depth, 24) * 14 }}>
        <button
          type="button"
          tabIndex={-1}
          className="waterfall-caret"
          aria-label={isCollapsed ? 'Open' : 'Close'}
          disabled={!hasChildren}
          onClick={onToggle}
        >
          {hasChildren ? (isCollapsed ? '▸' : '▾') : ''}
        </button>
        <button type="button" tabIndex={-1} className="waterfall-label" onClick={onSelect}>
          <span className="dot" style={{ background: colour }} />
          {(span.status === 'error' || hidesError) && (
            <span className="waterfall-error" title={span.statusMessage || 'Error'}>
              !
            </span>
          )}
          {node.isServiceEntry && <span className="waterfall-service">{span.serviceName}</span>}
          <span className={`ellipsis ${node.isServiceEntry ? 'soft' : ''}`}>{span.name}</span>
          {isCollapsed && <span className="faint">+{formatCount(node.spanCount - 1)}</span>}
        </button>
      </div>
      <button
        type="button"
        tabIndex={-1}
        className="waterfall-time"
        aria-label={`Details of ${span.name}`}
        onClick={onSelect}
      >
        <Bar node={node} scene={scene} colour={colour} pieces={pieces} />
      </button>
    </div>
  );
}

interface BarProps {
  readonly node: SpanNode;
  readonly scene: TraceScene;
  readonly colour: string;
  readonly pieces: SpanTimeUse['pieces'];
}

function Bar({ node, scene, colour, pieces }: BarProps) {
  const bar = barOf(node.span, scene);
  const isError = node.span.status === 'error';
  const after = { left: `calc(${(bar.left + bar.width) * 100}% + 6px)` };
  const before = { right: `calc(${(1 - bar.left) * 100}% + 6px)` };
  const inside = { right: `calc(${(1 - bar.left - bar.width) * 100}% + 6px)` };
  return (
    <>
      <span
        className={`waterfall-bar ${isError ? 'error' : ''}`}
        style={{ left: `${bar.left * 100}%`, width: `${bar.width * 100}%`, background: colour }}
      />
      {pieces.map(({ left, width }) => (
        <span
          key={left}
          className="waterfall-critical"
          title="On the critical path"
          style={{ left: `${left * 100}%`, width: `${width * 100}%` }}
        />
      ))}
      {bar.events.map((event, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: events of a span never change their order.
          key={index}
          className="waterfall-event"
          title={event.name}
          style={{ left: `${event.at * 100}%` }}
        />
      ))}
      <span
        className={`waterfall-duration ${bar.labelSide}`}
        style={{ after, before, inside }[bar.labelSide]}
      >
        {bar.label}
      </span>
    </>
  );
}
