import { describe, expect, it } from 'vitest';
import type { Span } from '../../frame/trace.ts';
import { hrefsOfSpan, jobOf } from './trace-links.ts';

const span: Span = {
  traceId: 'ab',
  spanId: 'cd',
  parentSpanId: '',
  name: 'GET /x',
  kind: 'server',
  serviceName: 'api',
  startNano: 1_700_000_000_000_000_000n,
  endNano: 1_700_000_001_000_000_000n,
  status: 'unset',
  statusMessage: '',
  attributes: [],
  events: [],
  links: [],
  resource: [],
  scopeName: '',
  scopeVersion: '',
};
const range = { from: 'now-1h', to: 'now' };
const params = (href: string) => Object.fromEntries(new URL(href, 'http://x').searchParams);

describe('hrefsOfSpan', () => {
  const hrefs = hrefsOfSpan(span, range);
  it('looks for logs five minutes around the span', () =>
    expect(params(hrefs.logsOfSpan)).toEqual({
      mode: 'logs',
      q: '{service_name="api"} | trace_id="ab" | span_id="cd"',
      from: '1699999700000',
      to: '1700000301000',
    }));
  it('looks for traces with the same value', () => {
    const query = (key: string, value: string | number) =>
      params(hrefs.tracesWith('span', { key, value }))['q'];
    expect(query('http.route', '/x "y"')).toBe('{ span.http.route = "/x \\"y\\"" }');
    expect(query('http.response.status_code', 500)).toBe(
      '{ span.http.response.status_code = 500 }',
    );
    expect(query('my key', 1)).toBe('{ span."my key" = 1 }');
  });
});

describe('jobOf', () => {
  it('is the service, with its namespace where there is one', () => {
    expect(jobOf(span)).toBe('api');
    const resource = [{ key: 'service.namespace', value: 'shop' }];
    expect(jobOf({ ...span, resource })).toBe('shop/api');
  });
});
