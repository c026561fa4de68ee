// Services as boxes, requests as curves between them: from the left, who asks, to the right.

import { useMemo } from 'react';
import { useSize } from '../../component/use-size.ts';
import type { ServiceGraph, ServiceKind } from '../../frame/service-graph.ts';
import {
  type EdgeCurve,
  errorText,
  layoutGraph,
  type NodeBox,
  nodeHeight,
  nodeWidth,
  p95Text,
  rateText,
} from './layout.ts';
import './service-graph.css';

/** From here on a line is red; fewer errors are told by their number. */
const failingShare = 0.05;

interface ServiceGraphViewProps {
  readonly graph: ServiceGraph;
  readonly selected: string | undefined;
  readonly onSelect: (name: string | undefined) => void;
}

export function ServiceGraphView({ graph, selected, onSelect }: ServiceGraphViewProps) {
  const [holder, room] = useSize<HTMLDivElement>();
  const scene = useMemo(() => layoutGraph(graph, room.width), [graph, room.width]);
  const { width, height } = scene;
  const isFar = ({ edge }: EdgeCurve): boolean =>
    selected !== undefined && edge.client !== selected && edge.server !== selected;
  return (
    <div className="service-graph" ref={holder}>
      <p className="service-graph-key faint">On each line: requests · p95 · errors</p>
      <div className="service-graph-plot" style={{ width, height }}>
        <svg width={width} height={height} aria-hidden="true">
          {scene.curves.map((curve) => (
            <path
              key={curve.key}
              className={`service-curve ${curve.edge.errorShare >= failingShare ? 'failing' : ''} ${isFar(curve) ? 'far' : ''}`}
              d={curve.path}
              strokeWidth={curve.strokeWidth}
            />
          ))}
        </svg>
        {scene.curves.map((curve) => (
          <CurveText key={curve.key} curve={curve} isFar={isFar(curve)} />
        ))}
        {scene.boxes.map((box) => (
          <Box
            key={box.node.name}
            box={box}
            isSelected={box.node.name === selected}
            onSelect={() => onSelect(box.node.name === selected ? undefined : box.node.name)}
          />
        ))}
      </div>
    </div>
  );
}

function CurveText({ curve, isFar }: { readonly curve: EdgeCurve; readonly isFar: boolean }) {
  const { edge, x, y } = curve;
  const errors = errorText(edge.errorShare);
  return (
    <span
      className={`service-curve-text numeric ${isFar ? 'far' : ''}`}
      style={{ left: x, top: y }}
    >
      {rateText(edge.rate)} · {p95Text(edge.p95)}
      {errors !== '' && <b> {errors}</b>}
    </span>
  );
}

export const kindWords: Readonly<Record<ServiceKind, string>> = {
  service: '',
  database: 'database',
  virtual: 'sends no spans',
};

interface BoxProps {
  readonly box: NodeBox;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
}

function Box({ box, isSelected, onSelect }: BoxProps) {
  const { node, x, y } = box;
  const errors = errorText(node.errorShare);
  return (
    <button
      type="button"
      className={`service-box ${node.kind}`}
      style={{ left: x, top: y, width: nodeWidth, height: nodeHeight }}
      aria-pressed={isSelected}
      title={node.name}
      onClick={onSelect}
    >
      <span className="ellipsis">{node.name}</span>
      <span className="service-box-facts numeric">
        {node.rate > 0 && <span>{rateText(node.rate)}</span>}
        {errors !== '' && <b>{errors}</b>}
        <span className="faint">{kindWords[node.kind]}</span>
      </span>
    </button>
  );
}
