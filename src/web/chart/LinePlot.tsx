// Lines over time on uPlot: axes, crosshair, zoom by dragging. It says where the plot lies (`onBox`)
// and what is under the pointer (`onCursor`), so that others can draw over it.

import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { type Format, formatValue } from './format.ts';
import { resolveColour } from './palette.ts';
import type { PlotBox } from './plot-box.ts';
import { timeAxis } from './scale.ts';
import { useThemeKey } from './use-theme-key.ts';

export interface Line {
  readonly colour: string;
  readonly column: readonly (number | null)[];
}

export interface Cursor {
  readonly index: number;
  readonly x: number;
  readonly y: number;
  /** The value at the pointer's height. */
  readonly value: number;
}

export interface LinePlotProps {
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly format: Format;
  readonly width: number;
  readonly height: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** The y axis reaches at least to here. */
  readonly atLeast: number;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onCursor: (cursor: Cursor | undefined) => void;
  readonly onBox: (box: PlotBox) => void;
}

export function LinePlot(props: LinePlotProps) {
  const { times, lines, format, width, height, fromMs, toMs, atLeast } = props;
  const holder = useRef<HTMLDivElement>(null);
  const callbacks = useRef(props);
  const theme = useThemeKey();
  useEffect(() => {
    callbacks.current = props;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes resolved colours.
  useEffect(() => {
    const element = holder.current;
    if (element === null || width === 0) return;
    const options = plotOptions({ element, lines, format, width, height, fromMs, toMs, atLeast });
    options.hooks = {
      setCursor: [(plot) => callbacks.current.onCursor(cursorOf(plot))],
      setSelect: [(plot) => zoomTo(plot, callbacks.current.onZoom)],
      draw: [(plot) => callbacks.current.onBox(boxOf(plot))],
    };
    const plot = new uPlot(
      options,
      [[...times], ...lines.map(({ column }) => [...column])] as uPlot.AlignedData,
      element,
    );
    return () => plot.destroy();
  }, [times, lines, format, width, height, fromMs, toMs, atLeast, theme]);
  return <div ref={holder} className="line-plot" style={{ height }} />;
}

const yAxisWidth = 64;

interface PlotInput {
  readonly element: HTMLElement;
  readonly lines: readonly Line[];
  readonly format: Format;
  readonly width: number;
  readonly height: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly atLeast: number;
}

function plotOptions(input: PlotInput): uPlot.Options {
  const { element, lines, format, width, height, fromMs, toMs, atLeast } = input;
  const axisColour = resolveColour('var(--text-faint)', element);
  const gridColour = resolveColour('var(--line)', element);
  const font = '11px ui-sans-serif, system-ui, sans-serif';
  const ticks = timeAxis(fromMs, toMs, width - yAxisWidth);
  const axis = { stroke: axisColour, font, grid: { stroke: gridColour, width: 1 } };
  return {
    width,
    height,
    ms: 1,
    padding: [8, 12, 0, 0],
    legend: { show: false },
    cursor: {
      drag: { x: true, y: false, setScale: false, dist: 4 },
      points: { show: lines.length <= 20, size: 5 },
    },
    scales: {
      x: { time: true, range: () => [fromMs, toMs] },
      y: { range: (_, low, high) => yRange(low, high, atLeast) },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 24,
        gap: 4,
        ticks: { show: false },
        splits: () => ticks.map(({ at }) => at),
        values: () => ticks.map(({ label }) => label),
      },
      {
        ...axis,
        size: yAxisWidth,
        gap: 6,
        space: 44,
        ticks: { show: false },
        values: (_, splits) => splits.map((value) => formatValue(value, format)),
      },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        stroke: resolveColour(line.colour, element),
        width: 1.5,
        spanGaps: false,
        points: { show: isSparse(line.column), size: 4 },
      })),
    ],
  };
}

/** Zero belongs to the axis unless the values are far from it. */
function yRange(low: number | null, high: number | null, atLeast: number): [number, number] {
  const top = Math.max(high ?? 1, atLeast);
  const bottom = low ?? 0;
  if (bottom >= 0 && (bottom < top * 0.6 || top === bottom)) {
    return [0, top === 0 ? 1 : top * 1.06];
  }
  const margin = (top - bottom || Math.abs(top) || 1) * 0.08;
  return [bottom - margin, top + margin];
}

/** A sample between two gaps has no line; it needs a point to be seen. */
function isSparse(column: readonly (number | null)[]): boolean {
  return column.some(
    (value, i) => value !== null && column[i - 1] == null && column[i + 1] == null,
  );
}

function cursorOf(plot: uPlot): Cursor | undefined {
  const { idx, left, top } = plot.cursor;
  if (idx === null || idx === undefined || left === undefined || top === undefined || left < 0) {
    return undefined;
  }
  const ratio = uPlot.pxRatio;
  return {
    index: idx,
    x: left + plot.bbox.left / ratio,
    y: top + plot.bbox.top / ratio,
    value: plot.posToVal(top, 'y'),
  };
}

function zoomTo(plot: uPlot, onZoom: LinePlotProps['onZoom']): void {
  const { left, width } = plot.select;
  if (width < 4) return;
  onZoom(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

function boxOf(plot: uPlot): PlotBox {
  const ratio = uPlot.pxRatio;
  return {
    left: plot.bbox.left / ratio,
    top: plot.bbox.top / ratio,
    width: plot.bbox.width / ratio,
    height: plot.bbox.height / ratio,
    fromMs: plot.scales['x']?.min ?? 0,
    toMs: plot.scales['x']?.max ?? 1,
    yMin: plot.scales['y']?.min ?? 0,
    yMax: plot.scales['y']?.max ?? 1,
  };
}
