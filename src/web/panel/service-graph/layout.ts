// A service graph → boxes in layers from the left to the right, and curves between them. Pure.

import { formatSeconds, formatValue } from '../../chart/format.ts';
import type { ServiceEdge, ServiceGraph, ServiceNode } from '../../frame/service-graph.ts';

export interface NodeBox {
  readonly node: ServiceNode;
  readonly x: number;
  readonly y: number;
}

export interface EdgeCurve {
  readonly key: string;
  readonly edge: ServiceEdge;
  /** Of an SVG path. */
  readonly path: string;
  readonly strokeWidth: number;
  /** Where its text stands. */
  readonly x: number;
  readonly y: number;
}

export interface GraphScene {
  readonly boxes: readonly NodeBox[];
  readonly curves: readonly EdgeCurve[];
  readonly width: number;
  readonly height: number;
}

export const nodeWidth = 164;
export const nodeHeight = 50;
/** Wide enough for the text of an edge. */
const gapMin = 138;
const gapMax = 220;
const rowGap = 30;
const margin = 24;
const sweeps = 4;

/** As wide as `roomWidth` (pixels) where that is enough and not too much. */
export function layoutGraph({ nodes, edges }: ServiceGraph, roomWidth: number): GraphScene {
  const layers = orderLayers(nodes, edges);
  const room = roomWidth - 2 * margin - layers.length * nodeWidth;
  const gap = Math.min(gapMax, Math.max(gapMin, room / Math.max(1, layers.length - 1)));
  const tallest = Math.max(1, ...layers.map((layer) => layer.length));
  const places = new Map<string, NodeBox>();
  for (const [column, layer] of layers.entries()) {
    const top = ((tallest - layer.length) * (nodeHeight + rowGap)) / 2;
    for (const [row, node] of layer.entries()) {
      const x = margin + column * (nodeWidth + gap);
      places.set(node.name, { node, x, y: margin + top + row * (nodeHeight + rowGap) });
    }
  }
  const busiest = Math.max(...edges.map(({ rate }) => rate), 0);
  return {
    boxes: [...places.values()],
    curves: edges.map((edge) => toCurve(edge, { places, busiest, gap })),
    width: 2 * margin + Math.max(0, layers.length * (nodeWidth + gap) - gap),
    // Curves to the left hang below.
    height: 2 * margin + tallest * (nodeHeight + rowGap),
  };
}

/** Who is asked stands to the right of who asks; circles are cut where a walk from the left meets itself. */
function layersOf(nodes: readonly ServiceNode[], edges: readonly ServiceEdge[]): number[] {
  const indexOf = new Map(nodes.map(({ name }, index) => [name, index]));
  const targets = nodes.map((): number[] => []);
  const askers = new Int32Array(nodes.length);
  for (const { client, server } of edges) {
    const from = indexOf.get(client);
    const to = indexOf.get(server);
    if (from === undefined || to === undefined || from === to) continue;
    targets[from]?.push(to);
    askers[to] = (askers[to] ?? 0) + 1;
  }
  const byAskers = nodes.map((_, index) => index);
  byAskers.sort((a, b) => (askers[a] ?? 0) - (askers[b] ?? 0));
  const done: number[] = [];
  const state = new Uint8Array(nodes.length);
  const forward = nodes.map((): number[] => []);
  for (const root of byAskers) visit(root, { targets, state, forward, done });
  const layers = new Array<number>(nodes.length).fill(0);
  for (const index of done.reverse()) {
    for (const to of forward[index] ?? []) {
      layers[to] = Math.max(layers[to] ?? 0, (layers[index] ?? 0) + 1);
    }
  }
  return layers;
}

interface Walk {
  readonly targets: readonly (readonly number[])[];
  /** 0 not seen, 1 on the way, 2 done. */
  readonly state: Uint8Array;
  readonly forward: readonly number[][];
  /** In the order in which all behind them was done. */
  readonly done: number[];
}

/** Depth first, without recursion. */
function visit(root: number, { targets, state, forward, done }: Walk): void {
  if (state[root] !== 0) return;
  const stack = [{ index: root, next: 0 }];
  state[root] = 1;
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const to = targets[top.index]?.[top.next++];
    if (to === undefined) {
      state[top.index] = 2;
      done.push(top.index);
      stack.pop();
    } else if (state[to] !== 1) {
      forward[top.index]?.push(to);
      if (state[to] === 0) {
        state[to] = 1;
        stack.push({ index: to, next: 0 });
      }
    }
  }
}

/** Within a layer, everybody near those they talk with: fewer lines cross. */
function orderLayers(
  nodes: readonly ServiceNode[],
  edges: readonly ServiceEdge[],
): readonly (readonly ServiceNode[])[] {
  const layers: ServiceNode[][] = [];
  const layerOf = layersOf(nodes, edges);
  for (const [index, node] of nodes.entries()) {
    const layer = layerOf[index] ?? 0;
    while (layers.length <= layer) layers.push([]);
    layers[layer]?.push(node);
  }
  const neighbours = new Map(nodes.map(({ name }): [string, string[]] => [name, []]));
  for (const { client, server } of edges) {
    neighbours.get(client)?.push(server);
    neighbours.get(server)?.push(client);
  }
  const rows = new Map<string, number>();
  for (const layer of layers) keepRows(layer, rows);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const layer of layers) {
      const mean = new Map(
        layer.map(({ name }) => [name, meanOf(neighbours.get(name) ?? [], rows, name)]),
      );
      layer.sort((a, b) => (mean.get(a.name) ?? 0) - (mean.get(b.name) ?? 0));
      keepRows(layer, rows);
    }
  }
  return layers;
}

/** Counted from the middle of the layer. */
function keepRows(layer: readonly ServiceNode[], rows: Map<string, number>): void {
  for (const [row, { name }] of layer.entries()) rows.set(name, row - (layer.length - 1) / 2);
}

function meanOf(names: readonly string[], rows: ReadonlyMap<string, number>, self: string): number {
  if (names.length === 0) return rows.get(self) ?? 0;
  return names.reduce((sum, name) => sum + (rows.get(name) ?? 0), 0) / names.length;
}

interface CurveRoom {
  readonly places: ReadonlyMap<string, NodeBox>;
  readonly busiest: number;
  readonly gap: number;
}

function toCurve(edge: ServiceEdge, { places, busiest, gap }: CurveRoom): EdgeCurve {
  const from = places.get(edge.client) ?? { x: 0, y: 0 };
  const to = places.get(edge.server) ?? { x: 0, y: 0 };
  const middle = nodeHeight / 2;
  const isForward = to.x > from.x;
  const start = { x: from.x + (isForward ? nodeWidth : nodeWidth / 2), y: from.y + middle };
  const end = { x: isForward ? to.x : to.x + nodeWidth / 2, y: to.y + middle };
  const common = {
    key: `${edge.client} ${edge.server} ${edge.connectionType}`,
    edge,
    strokeWidth: 1 + 2 * (busiest === 0 ? 0 : Math.sqrt(edge.rate / busiest)),
  };
  if (isForward) {
    const bend = Math.min(gap, end.x - start.x) / 2;
    return {
      ...common,
      path: `M${start.x} ${start.y}C${start.x + bend} ${start.y} ${end.x - bend} ${end.y} ${end.x} ${end.y}`,
      x: end.x - gap / 2,
      y: bezierAt(start, end, bend, end.x - gap / 2),
    };
  }
  // Back, or to itself: below the boxes.
  const low = Math.max(from.y, to.y) + nodeHeight + rowGap * 0.8;
  const startY = from.y + nodeHeight;
  const endY = to.y + nodeHeight;
  const aside = from === to ? 30 : 0;
  return {
    ...common,
    path: `M${start.x - aside} ${startY}C${start.x - aside} ${low} ${end.x + aside} ${low} ${end.x + aside} ${endY}`,
    x: (start.x + end.x) / 2,
    y: (startY + endY) / 8 + low * 0.75,
  };
}

/** The height of the curve over `x`, near enough for a text: halves the parameter a few times. */
function bezierAt(
  start: { x: number; y: number },
  end: { x: number; y: number },
  bend: number,
  x: number,
): number {
  let low = 0;
  let high = 1;
  const at = (t: number, a: number, b: number, c: number, d: number): number =>
    (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t * t * c + t ** 3 * d;
  for (let i = 0; i < 12; i++) {
    const t = (low + high) / 2;
    if (at(t, start.x, start.x + bend, end.x - bend, end.x) < x) low = t;
    else high = t;
  }
  return at(low, start.y, start.y, end.y, end.y);
}

export const rateText = (rate: number): string =>
  formatValue(rate, { unit: 'number', perSecond: true });

export const p95Text = (p95: number | undefined): string =>
  p95 === undefined ? '–' : formatSeconds(p95);

/** '' when there are none. */
export function errorText(share: number): string {
  if (share === 0) return '';
  if (share < 0.001) return '< 0.1 %';
  return `${Number((share * 100).toPrecision(2))} %`;
}
