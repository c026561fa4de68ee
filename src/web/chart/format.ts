// Values for people: a unit, three significant digits, a scale that keeps numbers short.

export type Unit = 'number' | 'seconds' | 'milliseconds' | 'bytes' | 'ratio';

export interface Format {
  readonly unit: Unit;
  /** Shown per second, as rates are. */
  readonly perSecond: boolean;
}

export const plainFormat: Format = { unit: 'number', perSecond: false };

const trim = (value: number): string =>
  value
    .toPrecision(3)
    .replace(/\.?0+$/, '')
    .replace(/\.?0+e/, 'e');

const digits = (value: number): string => {
  const size = Math.abs(value);
  if (size >= 100 && size < 1e6) return String(Math.round(value));
  return trim(value);
};

function scaled(value: number, base: number, names: readonly string[]): string {
  let at = 0;
  let rest = value;
  while (Math.abs(rest) >= base && at < names.length - 1) {
    rest /= base;
    at++;
  }
  return `${digits(rest)}${names[at]}`;
}

const formatNumber = (value: number): string => {
  const size = Math.abs(value);
  if (size < 1000) return digits(value);
  return scaled(value, 1000, ['', 'k', 'M', 'G', 'T', 'P']);
};

/** `1.25 ms`, `340 µs`, `2.5 s`, `3 m 20 s`, `2.5 h`. */
export function formatSeconds(seconds: number): string {
  const size = Math.abs(seconds);
  if (size === 0) return '0 s';
  if (size < 1e-6) return `${digits(seconds * 1e9)} ns`;
  if (size < 1e-3) return `${digits(seconds * 1e6)} µs`;
  if (size < 1) return `${digits(seconds * 1e3)} ms`;
  if (size < 60) return `${digits(seconds)} s`;
  if (size < 3600) {
    const minutes = Math.trunc(seconds / 60);
    const rest = Math.round(Math.abs(seconds) % 60);
    return rest === 0 ? `${minutes} m` : `${minutes} m ${rest} s`;
  }
  if (size < 172_800) return `${digits(seconds / 3600)} h`;
  return `${digits(seconds / 86_400)} d`;
}

export const formatDurationMs = (durationMs: number): string => formatSeconds(durationMs / 1000);

export function formatValue(value: number | undefined | null, format: Format): string {
  if (value === undefined || value === null || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  return formatUnit(value, format.unit) + (format.perSecond ? '/s' : '');
}

function formatUnit(value: number, unit: Unit): string {
  if (value === 0 && unit === 'number') return '0';
  switch (unit) {
    case 'seconds':
      return formatSeconds(value);
    case 'milliseconds':
      return formatSeconds(value / 1000);
    case 'bytes':
      return scaled(value, 1024, [' B', ' KiB', ' MiB', ' GiB', ' TiB']);
    case 'ratio':
      return `${digits(value * 100)} %`;
    case 'number':
      return formatNumber(value);
  }
}

/** A count with separators: `12,345`. */
export const formatCount = (count: number): string => count.toLocaleString('en-US');

/** The unit of a query's answer, from the names in it: Prometheus puts units into names. */
export function formatOfQuery(query: string): Format {
  const rates = /\b(?:rate|irate)\s*\(/.test(query);
  if (/\bhistogram_quantile|histogram_avg\b/.test(query)) {
    return { unit: unitOfName(query), perSecond: false };
  }
  const isMean = /_sum\b[^/]*\/[\s\S]*_count\b/.test(query);
  if (isMean) return { unit: unitOfName(query), perSecond: false };
  if (/_(?:count|bucket)\b/.test(query)) return { unit: 'number', perSecond: rates };
  if (/\)\s*\/\s*(?:sum|avg|rate|\()/.test(query)) return { unit: 'ratio', perSecond: false };
  const unit = unitOfName(query);
  if (rates && unit === 'seconds') return { unit: 'number', perSecond: false };
  return { unit, perSecond: rates };
}

function unitOfName(query: string): Unit {
  if (/_milliseconds(?:_|\b)/.test(query)) return 'milliseconds';
  if (/_seconds(?:_|\b)/.test(query)) return 'seconds';
  if (/_bytes(?:_|\b)/.test(query)) return 'bytes';
  if (/_(?:ratio|utilization)(?:_|\b)/.test(query)) return 'ratio';
  return 'number';
}
