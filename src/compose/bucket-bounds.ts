// Upper bounds of the buckets of a histogram, as the user wrote them.
import type { Config } from '#config/options.ts';
import { InputError } from '#lib/errors.ts';

type BoundsKey = 'span_metrics.histogram_buckets' | 'service_graph.histogram_buckets';

/** In seconds, ascending. Throws InputError `config_invalid`. */
export function bucketBounds(key: BoundsKey, config: Config): readonly number[] {
  const texts = config[key];
  const bounds = texts.map(Number);
  const isAscending = bounds.every(
    (bound, i) => Number.isFinite(bound) && bound > (bounds[i - 1] ?? Number.NEGATIVE_INFINITY),
  );
  if (bounds.length > 0 && isAscending) return bounds;
  const problem = `${texts.join(',')} are not ascending numbers of seconds`;
  throw new InputError('config_invalid', `${key}: ${problem}`);
}
