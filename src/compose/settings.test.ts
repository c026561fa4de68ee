import { describe, expect, it } from 'vitest';
import { configOf } from '#config/load.ts';
import { isOptionKey } from '#config/options.ts';
import {
  ageLimitsOf,
  authSettingsOf,
  bytesInFlightMax,
  flattenKeys,
  hasCredentials,
  storeSettingsOf,
} from './settings.ts';

const dayMs = 86_400_000;

describe('storeSettingsOf', () => {
  it('takes the defaults: retention by signal, a bounded queue', () => {
    const settings = storeSettingsOf(configOf({}));
    expect(settings.retention).toEqual({
      metricsMs: 30 * dayMs,
      logsMs: 7 * dayMs,
      tracesMs: 7 * dayMs,
    });
    expect(settings.queueBytesMax).toBe(2 ** 27);
    expect(settings.storageUrl).toBeUndefined();
  });

  it('keeps for ever what has retention 0, and caps every signal alike', () => {
    const config = configOf({ 'retention.logs': '0', 'retention.max_bytes': '1GB' });
    const { retention } = storeSettingsOf(config);
    expect(retention?.logsMs).toBeUndefined();
    expect(retention?.maxBytes).toEqual({ metrics: 1e9, logs: 1e9, traces: 1e9 });
  });
});

describe('ageLimitsOf', () => {
  it('is the retention unless ingest.max_age says otherwise', () => {
    expect(ageLimitsOf(configOf({})).ageMsMax.traces).toBe(7 * dayMs);
    expect(ageLimitsOf(configOf({ 'ingest.max_age': '1d' })).ageMsMax.metrics).toBe(dayMs);
  });

  it('is off with 0', () => {
    const limits = ageLimitsOf(configOf({ 'ingest.max_age': '0', 'ingest.max_future': '0' }));
    expect(limits.ageMsMax).toEqual({ metrics: undefined, logs: undefined, traces: undefined });
    expect(limits.futureMsMax).toBeUndefined();
  });
});

describe('authSettingsOf', () => {
  it('lets the demo in beside those who are named', () => {
    const config = configOf({ 'auth.users': { ann: 'x' }, 'auth.tokens': ['a'] });
    expect(authSettingsOf(config, 'of the demo')).toEqual({
      users: { ann: 'x' },
      tokens: ['a', 'of the demo'],
    });
    expect(authSettingsOf(config, undefined).tokens).toEqual(['a']);
  });

  it('knows whether anybody is named', () => {
    expect(hasCredentials(configOf({}))).toBe(false);
    expect(hasCredentials(configOf({ 'auth.users': {}, 'auth.tokens': [] }))).toBe(false);
    expect(hasCredentials(configOf({ 'auth.users': { ann: 'x' } }))).toBe(true);
    expect(hasCredentials(configOf({ 'auth.tokens': ['a'] }))).toBe(true);
  });
});

describe('bytesInFlightMax', () => {
  it('is a share of memory.limit', () => {
    expect(bytesInFlightMax(configOf({ 'memory.limit': '800MiB' }))).toBe(100 * 2 ** 20);
  });
});

describe('flattenKeys', () => {
  it('joins the names of a tree, but not below a key', () => {
    const tree = { query: { timeout: '5s' }, auth: { users: { ann: 'x' } }, listen: 'h' };
    expect(flattenKeys(tree, isOptionKey)).toEqual({
      'query.timeout': '5s',
      'auth.users': { ann: 'x' },
      listen: 'h',
    });
  });
});
