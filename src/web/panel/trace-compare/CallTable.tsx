// The calls of two traces as an indented table: only the visible rows are in the page.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { CallLine } from './layout.ts';
import './trace-compare.css';

const words: Readonly<Record<CallLine['change'], string>> = {
  same: '',
  slower: 'slower',
  faster: 'faster',
  'only-left': 'only in the first',
  'only-right': 'only in the second',
};

export function CallTable({ lines }: { readonly lines: readonly CallLine[] }) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 28,
    overscan: 12,
  });
  return (
    <section className="call-table" ref={scroller} aria-label="Calls of both traces">
      <div className="call-table-head">
        <span>Call</span>
        <span>First</span>
        <span>Second</span>
        <span>Self time</span>
      </div>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index];
          return line === undefined ? null : <Row key={line.key} line={line} top={item.start} />;
        })}
      </div>
    </section>
  );
}

function Row({ line, top }: { readonly line: CallLine; readonly top: number }) {
  return (
    <div className={`call-table-row ${line.change}`} style={{ transform: `translateY(${top}px)` }}>
      <span
        className="ellipsis"
        style={{ paddingLeft: Math.min(line.depth, 24) * 14 }}
        title={`${line.serviceName} ${line.name}`}
      >
        <b>{line.serviceName}</b> {line.name}
      </span>
      <Side text={line.left} errors={line.leftErrors} />
      <Side text={line.right} errors={line.rightErrors} />
      <span className="call-change">
        <span className="call-weight" style={{ width: `${line.weight * 100}%` }} />
        {line.difference} <span className="faint">{words[line.change]}</span>
      </span>
    </div>
  );
}

function Side({ text, errors }: { readonly text: string; readonly errors: number }) {
  return (
    <span className="call-side">
      {text === '' ? <span className="faint">–</span> : text}
      {errors > 0 && (
        <span className="call-errors" title={errors === 1 ? '1 error' : `${errors} errors`}>
          !
        </span>
      )}
    </span>
  );
}
