/** The plot inside its axes, in CSS pixels, and the values at its edges. */
export interface PlotBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly yMin: number;
  readonly yMax: number;
}

export const isSameBox = (a: PlotBox, b: PlotBox): boolean =>
  (Object.keys(a) as (keyof PlotBox)[]).every((key) => a[key] === b[key]);
