// A day of a real page, as if it had been scraped every few seconds: its counters have grown to what
// the page shows, its gauges have swung around it. Encoded for remote write 1.0, sample by sample.
import type { LabelPairs } from './remote-write.ts';

interface PageSeries {
  readonly labels: LabelPairs;
  readonly value: number;
  readonly isCounter: boolean;
}

export interface Replay {
  readonly page: string;
  /** Labels that a scrape adds. */
  readonly target: LabelPairs;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  /** Steps of one request. */
  readonly stepsPerRequest: number;
}

/** Bodies of requests, in the order of time, each with all series; before compression. */
export function* replay(plan: Replay): Generator<Buffer> {
  const up: PageSeries = { labels: [['__name__', 'up']], value: 1, isCounter: false };
  const all = [up, ...readPage(plan.page)].map((one, i) => ({
    ...one,
    header: encodeLabels(withTarget(one.labels, plan.target)),
    phase: i,
  }));
  const widthMs = plan.stepsPerRequest * plan.stepMs;
  for (let fromMs = plan.startMs; fromMs < plan.endMs; fromMs += widthMs) {
    const steps = Math.ceil((Math.min(fromMs + widthMs, plan.endMs) - fromMs) / plan.stepMs);
    const bodies = all.map(({ header, ...series }) => {
      const inner = Buffer.allocUnsafe(header.length + steps * sampleBytes);
      header.copy(inner);
      for (let step = 0; step < steps; step++) {
        const timeMs = fromMs + step * plan.stepMs;
        const at = header.length + step * sampleBytes;
        writeSample(inner, at, timeMs, valueAt(series, (plan.endMs - timeMs) / 86_400_000));
      }
      return Buffer.concat([Buffer.from([0x0a, ...varint(inner.length)]), inner]);
    });
    yield Buffer.concat(bodies);
  }
}

/** `ago`: in days before the page was taken. */
function valueAt(
  { value, isCounter, phase }: Omit<PageSeries, 'labels'> & { readonly phase: number },
  ago: number,
): number {
  if (isCounter) return Math.max(0, value * (1 - ago / 2));
  // States and versions stay as they are.
  if (value === 0 || value === 1 || !Number.isFinite(value)) return value;
  return value * (1 + 0.1 * Math.sin(2 * Math.PI * (24 * ago) + phase));
}

function readPage(page: string): PageSeries[] {
  const types = new Map(
    [...page.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name, type]) => [name, type]),
  );
  const isCounter = (name: string): boolean => {
    const family = name.replace(/_(bucket|count|sum)$/, '');
    return ['counter', 'histogram', 'summary'].includes(types.get(name) ?? types.get(family) ?? '');
  };
  return [...page.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/gm)].map(
    ([, name = '', labels = '', value]) => ({
      labels: [['__name__', name] as const, ...readLabels(labels)],
      value: value === '+Inf' ? Infinity : Number(value),
      isCounter: isCounter(name),
    }),
  );
}

const readLabels = (text: string): LabelPairs =>
  [...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)]
    .map(([, name = '', value = '']) => [name, unescaped(value)] as const)
    .filter(([, value]) => value !== '');

const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));

const withTarget = (labels: LabelPairs, target: LabelPairs): LabelPairs =>
  [...labels, ...target].sort(([a], [b]) => (a < b ? -1 : 1));

// prometheus.TimeSeries: labels = 1 (name = 1, value = 2), samples = 2 (value = 1, timestamp = 2).
// https://prometheus.io/docs/specs/prw/remote_write_spec/
function encodeLabels(labels: LabelPairs): Buffer {
  const field = (tag: number, bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([tag, ...varint(bytes.length)]), bytes]);
  return Buffer.concat(
    labels.map(([name, value]) =>
      field(0x0a, Buffer.concat([field(0x0a, Buffer.from(name)), field(0x12, Buffer.from(value))])),
    ),
  );
}

/** Two bytes of frame, nine of value, one and six of time: times of our day have six bytes. */
const sampleBytes = 18;

function writeSample(into: Buffer, at: number, timeMs: number, value: number): void {
  into[at] = 0x12;
  into[at + 1] = 16;
  into[at + 2] = 0x09;
  into.writeDoubleLE(value, at + 3);
  into[at + 11] = 0x10;
  let rest = timeMs;
  for (let i = 12; i < 18; i++) {
    into[at + i] = (rest % 128) | (i < 17 ? 128 : 0);
    rest = Math.floor(rest / 128);
  }
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}
