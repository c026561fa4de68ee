// How `clients` are read: all keys are taken, and only labels and tenant mean something here.
import { constant } from '#prometheus-config/discovery-section.ts';
import { httpClient } from '#prometheus-config/http-client-section.ts';
import { labels } from '#prometheus-config/labels-type.ts';
import { field, inline, placeField, section } from '#prometheus-config/section.ts';
import { mapOf, text, unsigned } from '#prometheus-config/type.ts';
import type { PromtailClient } from './config.ts';
import { goDuration, needed, optionalText, passedOver } from './type.ts';

const backoff = section<{ min: number; max: number; retries: number }>({
  min: field('min_period', goDuration),
  max: field('max_period', goDuration),
  retries: field('max_retries', unsigned),
});

interface WrittenClient extends PromtailClient {
  readonly http: unknown;
  readonly backoff: unknown;
  readonly waitMs: number;
  readonly timeoutMs: number;
  readonly headers: unknown;
  readonly others: undefined;
}

export const clientSection = section<WrittenClient>({
  place: placeField,
  url: needed('url', text),
  externalLabels: field('external_labels', labels),
  tenant: field('tenant_id', optionalText),
  http: inline(httpClient),
  backoff: field('backoff_config', backoff),
  waitMs: field('batchwait', goDuration),
  timeoutMs: field('timeout', goDuration),
  headers: field('headers', mapOf(text)),
  others: passedOver(['name', 'batchsize', 'drop_rate_limited_batches', 'stream_lag_labels']),
});

/** Without any client: lines go into the own store all the same. */
export const noClient = (place: PromtailClient['place']): PromtailClient => ({
  place,
  url: '',
  externalLabels: constant([] as PromtailClient['externalLabels']).fallback,
  tenant: undefined,
});
