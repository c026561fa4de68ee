// The figures of a run as a table.

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The mark to reach; `atMost` or `atLeast`. */
  readonly atLeast?: number;
  readonly atMost?: number;
}

export function printReport(figures: readonly Figure[]): void {
  for (const { name, value, unit, atLeast, atMost } of figures) {
    const mark =
      atLeast !== undefined
        ? `≥ ${format(atLeast)}`
        : atMost !== undefined
          ? `≤ ${format(atMost)}`
          : '';
    const isMet =
      (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
    const verdict = mark === '' ? '' : isMet ? 'met' : 'MISSED';
    process.stdout.write(
      `${name.padEnd(46)}${format(value).padStart(12)} ${unit.padEnd(14)}${mark.padEnd(12)}${verdict}\n`,
    );
  }
}

const format = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString('en') : String(Math.round(value * 100) / 100);
