// Labels of a series that is new: checked as Prometheus checks them, sorted, without empty values.
// https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/#labels
import { isUtf8 } from '#lib/utf8.ts';
import type { Pairs } from '#model/canonical.ts';
import type { RejectionReason } from './body.ts';

/** More would only be an accident; each costs a look in every query. */
export const labelsMax = 1000;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of a range; undefined when it is not UTF-8. */
export function strictText(bytes: Uint8Array, from: number, to: number): string | undefined {
  return isUtf8(bytes, from, to) ? utf8.decode(bytes.subarray(from, to)) : undefined;
}

export function checkedLabels(pairs: [string, string][]): Pairs | RejectionReason {
  const kept = pairs.filter(([, value]) => value !== '');
  kept.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  let hasName = false;
  for (const [i, [name]] of kept.entries()) {
    if (name === '' || name === kept[i - 1]?.[0]) {
      return 'of a series with a label name that is empty or repeated';
    }
    if (name === '__name__') hasName = true;
  }
  return hasName ? kept : 'of a series without a metric name';
}
