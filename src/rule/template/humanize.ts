// Numbers for people, as the template functions of Prometheus show them.
// https://prometheus.io/docs/prometheus/latest/configuration/template_reference/#numbers
import { formatFloat } from '#lib/gotemplate/format-float.ts';

const four = (value: number): string => formatFloat(value, 'g', 4);

const largeUnits = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const smallUnits = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];
const binaryUnits = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];

/** 1234567 → `1.235M`. */
export function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return four(value);
  return Math.abs(value) >= 1 ? scaleDown(value, 1000, largeUnits) : scaleUp(value);
}

/** 1048576 → `1Mi`. */
export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return four(value);
  return scaleDown(value, 1024, binaryUnits);
}

/** 90000 → `1d 1h 0m 0s`, 0.1 → `100ms`. */
export function humanizeDuration(value: number): string {
  if (!Number.isFinite(value)) return four(value);
  if (value === 0) return '0s';
  if (Math.abs(value) < 1) return `${scaleUp(value)}s`;
  const sign = value < 0 ? '-' : '';
  const size = Math.abs(value);
  const whole = Math.trunc(size);
  const seconds = whole % 60;
  const minutes = Math.trunc(whole / 60) % 60;
  const hours = Math.trunc(whole / 3600) % 24;
  const days = Math.trunc(whole / 86_400);
  if (days > 0) return `${sign}${days}d ${hours}h ${minutes}m ${seconds}s`;
  if (hours > 0) return `${sign}${hours}h ${minutes}m ${seconds}s`;
  if (minutes > 0) return `${sign}${minutes}m ${seconds}s`;
  return `${sign}${four(size)}s`;
}

export const humanizePercentage = (value: number): string => `${four(value * 100)}%`;

function scaleDown(value: number, by: number, units: readonly string[]): string {
  let scaled = value;
  let unit = '';
  for (const next of units) {
    if (Math.abs(scaled) < by) break;
    unit = next;
    scaled /= by;
  }
  return four(scaled) + unit;
}

function scaleUp(value: number): string {
  let scaled = value;
  let unit = '';
  for (const next of smallUnits) {
    if (Math.abs(scaled) >= 1) break;
    unit = next;
    scaled *= 1000;
  }
  return four(scaled) + unit;
}
