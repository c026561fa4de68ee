// What the data points of one metric have in common: its Prometheus names, in the form in which they
// are written to columns. Made once per (name, unit, kind) and remembered: names are few.
import { type MetricKind, toPrometheusName } from '#model/metric-name.ts';
import { type SeriesName, seriesName } from '#model/metric-rows.ts';

/** The type as in the metadata of Prometheus. */
export type PrometheusType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'info';

export interface MetricFamily {
  readonly otelName: string;
  readonly unit: string;
  readonly kind: MetricKind;
  readonly type: PrometheusType;
  readonly base: SeriesName;
  readonly bucket: SeriesName;
  readonly sum: SeriesName;
  readonly count: SeriesName;
}

/** Over this many bytes of names everything is forgotten and made again. */
const bytesMax = 8 * 1024 * 1024;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class MetricFamilies {
  readonly #families = new Map<number, MetricFamily & { readonly key: Uint8Array }>();
  #bytes = 0;

  /** `hash` is of `name`, `unit` and `kind`; undefined when Prometheus has no name for it. */
  find(
    hash: number,
    name: Uint8Array,
    unit: Uint8Array,
    kind: MetricKind,
  ): MetricFamily | undefined {
    const known = this.#families.get(hash);
    if (known?.kind === kind && isJoined(known.key, name, unit)) return known;
    const family = createFamily(decoder.decode(name), decoder.decode(unit), kind);
    if (family.base.text === '') return undefined;
    const key = new Uint8Array(name.length + unit.length);
    key.set(name);
    key.set(unit, name.length);
    this.#bytes += 500 + 10 * key.length;
    if (this.#bytes > bytesMax) {
      this.#families.clear();
      this.#bytes = 0;
    }
    this.#families.set(hash, { ...family, key });
    return family;
  }
}

/** target_info: what is known of a resource. */
export const targetInfo: MetricFamily = {
  ...createFamily('target_info', '', 'sum'),
  otelName: '',
  type: 'info',
};

function createFamily(otelName: string, unit: string, kind: MetricKind): MetricFamily {
  const name = toPrometheusName(otelName, unit, kind);
  return {
    otelName,
    unit,
    kind,
    type: kind === 'sum' ? 'gauge' : kind,
    base: seriesName(name),
    bucket: seriesName(`${name}_bucket`),
    sum: seriesName(`${name}_sum`),
    count: seriesName(`${name}_count`),
  };
}

function isJoined(key: Uint8Array, name: Uint8Array, unit: Uint8Array): boolean {
  if (key.length !== name.length + unit.length) return false;
  for (let i = 0; i < name.length; i++) if (key[i] !== name[i]) return false;
  for (let i = 0; i < unit.length; i++) if (key[name.length + i] !== unit[i]) return false;
  return true;
}
