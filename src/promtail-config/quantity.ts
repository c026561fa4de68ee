// Durations and sizes as Promtail and Alloy write them: Go's durations, and sizes with units of 1024.
import { parsePrometheusDuration } from '#prometheus-config/quantity.ts';

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Milliseconds of `1h30m`, `1.5s` or `-5m`; days, weeks and years as Prometheus has them are taken,
 * too. Undefined for what is none.
 */
export function parseGoDuration(text: string): number | undefined {
  const match = /^([-+]?)((?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(text);
  if (!match) return parsePrometheusDuration(text);
  let total = 0;
  for (const [, amount, unit] of (match[2] as string).matchAll(/([\d.]+)([a-zµμ]+)/g)) {
    total += Number(amount) * (unitMs[unit as string] as number);
  }
  return match[1] === '-' ? -total : total;
}

const powers = ['', 'k', 'm', 'g', 't', 'p', 'e'];

/** Bytes of `256KB`, `8kib`, `1 MB` or `2048`: units are of 1024 whether or not there is an i. */
export function parseByteSize(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d*)?|\.\d+)\s*([kmgtpe]?)(?:i?b)?\s*$/i.exec(text);
  if (!match) return undefined;
  const power = powers.indexOf((match[2] as string).toLowerCase());
  return Math.floor(Number(match[1]) * 1024 ** power);
}
