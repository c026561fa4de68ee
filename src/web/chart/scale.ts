// Positions and round ticks for charts drawn by ourselves.

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface LinearScale {
  readonly domain: readonly [number, number];
  readonly range: readonly [number, number];
}

export function toPixel({ domain, range }: LinearScale, value: number): number {
  const span = domain[1] - domain[0];
  if (span === 0) return range[0];
  return range[0] + ((value - domain[0]) / span) * (range[1] - range[0]);
}

export function fromPixel({ domain, range }: LinearScale, pixel: number): number {
  const span = range[1] - range[0];
  if (span === 0) return domain[0];
  return domain[0] + ((pixel - range[0]) / span) * (domain[1] - domain[0]);
}

/** Steps of 1, 2 or 5 times a power of ten; at most `countMax` + 1 of them from `from` to `to`. */
export function niceTicks(from: number, to: number, countMax: number): number[] {
  if (!(to > from)) return [from];
  const rough = (to - from) / Math.max(1, countMax);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
}

/** Values between two powers of ten given by their exponents: 1, 2, 5, 10 … or, over many, 1, 10 … */
export function niceLogTicks(fromExponent: number, toExponent: number): number[] {
  const factors = toExponent - fromExponent > 2 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(fromExponent); power <= toExponent; power++) {
    for (const factor of factors) {
      const exponent = power + Math.log10(factor);
      if (exponent >= fromExponent && exponent <= toExponent) ticks.push(factor * 10 ** power);
    }
  }
  return ticks;
}

const timeSteps = [
  1000, 5000, 15_000, 30_000, 60_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 10_800_000,
  21_600_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000,
];

/** Half of the widest label. */
const labelMarginPx = 26;

/**
 * Round local times for an axis of so many pixels, each with the shortest text that tells it from its
 * neighbours. None so near an end that its label would be cut.
 */
export function timeAxis(fromMs: number, toMs: number, widthPx: number): Tick[] {
  const marginMs = (labelMarginPx / Math.max(1, widthPx)) * (toMs - fromMs);
  return timeTicks(fromMs, toMs, widthPx / 90).filter(
    ({ at }) => at >= fromMs + marginMs && at <= toMs - marginMs,
  );
}

/** At most about `countMax` round local times. */
export function timeTicks(fromMs: number, toMs: number, countMax: number): Tick[] {
  const wanted = (toMs - fromMs) / Math.max(1, countMax);
  const step = timeSteps.find((one) => one >= wanted) ?? 2_592_000_000;
  const zoneMs = new Date(fromMs).getTimezoneOffset() * 60_000;
  const ticks: Tick[] = [];
  for (let at = Math.ceil((fromMs - zoneMs) / step) * step + zoneMs; at <= toMs; at += step) {
    ticks.push({ at, label: tickLabel(at, step) });
  }
  return ticks;
}

const two = (value: number): string => String(value).padStart(2, '0');

function tickLabel(timeMs: number, stepMs: number): string {
  const time = new Date(timeMs);
  const isMidnight = time.getHours() === 0 && time.getMinutes() === 0 && time.getSeconds() === 0;
  if (stepMs >= 86_400_000 || isMidnight)
    return `${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  return stepMs < 60_000 ? `${clock}:${two(time.getSeconds())}` : clock;
}
