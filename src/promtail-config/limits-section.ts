// How `limits_config` is read.
import { field, placeField, section } from '#prometheus-config/section.ts';
import { flag, unsigned } from '#prometheus-config/type.ts';
import type { PromtailLimits } from './config.ts';
import { byteSize, number, passedOver } from './type.ts';

interface WrittenLimits extends PromtailLimits {
  readonly others: undefined;
}

export const limitsSection = section<WrittenLimits>({
  place: placeField,
  isRateLimited: field('readline_rate_enabled', flag),
  rate: field('readline_rate', number, { fallback: 10_000 }),
  burst: field('readline_burst', unsigned, { fallback: 10_000 }),
  dropsAboveRate: field('readline_rate_drop', flag, { fallback: true }),
  lineBytesMax: field('max_line_size', byteSize),
  cutsLongLines: field('max_line_size_truncate', flag),
  // Streams cost nothing here.
  others: passedOver(['max_streams']),
});
