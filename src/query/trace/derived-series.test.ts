import { describe, expect, it } from 'vitest';
import { allMatchers } from '../promql/check/matcher.ts';
import { parse as parsePromql } from '../promql/syntax/parse.ts';
import { parse as parseTraceql } from '../traceql/syntax/parse.ts';
import { type DerivedDimensions, spansBehind } from './derived-series.ts';

const dimensions: DerivedDimensions = {
  spanMetrics: {
    intrinsics: ['service', 'span_name', 'span_kind', 'status_code'],
    dimensions: ['http.method', 'service'],
    dimensionMappings: [{ name: 'where', sources: ['region', 'zone'], join: '/' }],
  },
  serviceGraph: {
    dimensions: ['http.method'],
    enableClientServerPrefix: false,
    peerAttributes: ['peer.service', 'db.name'],
    databaseNameAttributes: ['db.name'],
  },
};

function traceqlOf(selector: string, given: Partial<DerivedDimensions> = {}): string {
  const parsed = parsePromql(selector);
  if (parsed.kind !== 'vector-selector') throw new Error('not a selector');
  const matchers = allMatchers(parsed).filter(({ label }) => label !== '__name__');
  const series = { name: parsed.name, matchers, timeMs: 100_000, windowMs: 60_000 };
  const { traceql, fromMs, toMs } = spansBehind(series, { ...dimensions, ...given });
  expect([fromMs, toMs]).toEqual([40_000, 100_000]);
  // What it says is TraceQL.
  parseTraceql(traceql);
  return traceql;
}

const calls = 'traces_spanmetrics_calls_total';

describe('span metrics', () => {
  it.each([
    ['', '{ }'],
    ['service="shop"', '{ resource.service.name = `shop` }'],
    ['service=""', '{ (resource.service.name = nil || resource.service.name = ``) }'],
    ['service!="a"', '{ !(resource.service.name = `a`) }'],
    ['service=~"a|b"', '{ resource.service.name =~ `a|b` }'],
    [
      'service=~"a?"',
      '{ (resource.service.name =~ `a?` || (resource.service.name = nil || resource.service.name = ``)) }',
    ],
    ['service="007"', '{ resource.service.name = `007` }'],
    ['service="7"', '{ (resource.service.name = `7` || resource.service.name = 7) }'],
    ['span_name="GET /a \\"`b\\\\"', '{ name = "GET /a \\"`b\\\\" }'],
    ['span_kind="SPAN_KIND_SERVER"', '{ kind = server }'],
    ['span_kind=~"SPAN_KIND_(SERVER|CLIENT)"', '{ (kind = server || kind = client) }'],
    ['span_kind!=""', '{ }'],
    ['status_code!="STATUS_CODE_ERROR"', '{ (status = unset || status = ok) }'],
    ['status_code="nonsense"', '{ false }'],
    ['status_message="boom"', '{ statusMessage = `boom` }'],
    [
      'http_method="GET"',
      '{ (resource.http.method = `GET` || (resource.http.method = nil && span.http.method = `GET`)) }',
    ],
    [
      '__service="true"',
      '{ ((resource.service = `true` || resource.service = true) || (resource.service = nil && (span.service = `true` || span.service = true))) }',
    ],
    ['__metrics_gen_instance="host:3000",service="a"', '{ resource.service.name = `a` }'],
    ['instance="i"', '{ resource.service.instance.id = `i` }'],
  ])('%s', (matchers, traceql) => {
    expect(traceqlOf(`${calls}{${matchers}}`)).toBe(traceql);
  });

  it('of several services leave our own spans out, which are in no metric', () => {
    const given = { ownService: 'sightline' };
    const others = '!(resource.service.name = `sightline`)';
    expect(traceqlOf(calls, given)).toBe(`{ ${others} }`);
    expect(traceqlOf(`${calls}{span_name="x"}`, given)).toBe(`{ name = \`x\` && ${others} }`);
    expect(traceqlOf(`${calls}{service="a"}`, given)).toBe('{ resource.service.name = `a` }');
  });

  it('of buckets are spans up to the bound', () => {
    const bucket = 'traces_spanmetrics_latency_bucket';
    expect(traceqlOf(`${bucket}{le="0.512"}`)).toBe('{ duration <= 512ms }');
    expect(traceqlOf(`${bucket}{le="+Inf",service="a"}`)).toBe('{ resource.service.name = `a` }');
    expect(() => traceqlOf(`${bucket}{le=~"0.+"}`)).toThrow('cannot lead from the bucket');
    expect(traceqlOf('traces_spanmetrics_latency_count')).toBe('{ }');
    expect(traceqlOf('traces_spanmetrics_latency')).toBe('{ }');
  });

  it('of joined attributes are all ways to have that value', () => {
    const namespace = 'resource.service.namespace';
    const noNamespace = `(${namespace} = nil || ${namespace} = \`\`)`;
    const service = 'resource.service.name';
    expect(traceqlOf(`${calls}{job="eu/shop"}`)).toBe(
      `{ ((${noNamespace} && ${service} = \`eu/shop\`)` +
        ` || (${namespace} = \`eu/shop\` && (${service} = nil || ${service} = \`\`))` +
        ` || (${namespace} = \`eu\` && ${service} = \`shop\`)) }`,
    );
    expect(traceqlOf(`${calls}{where="eu/a"}`)).toContain('span.zone = `a`');
    expect(() => traceqlOf(`${calls}{where=~"eu.*"}`)).toThrow('cannot lead from the pattern');
  });

  it('of values that were cut are those that begin so', () => {
    const cut = `${'x'.repeat(2046)}.(`;
    expect(traceqlOf(`${calls}{span_name="${cut}"}`)).toBe(
      `{ name =~ \`${'x'.repeat(2046)}\\.\\((?s:.*)\` }`,
    );
  });

  it('that nobody knows lead nowhere', () => {
    expect(() => traceqlOf('up')).toThrow('cannot lead from the metric up to spans');
    expect(() => traceqlOf(`${calls}{le="1"}`)).toThrow('cannot lead from the label le');
    expect(() => traceqlOf(`${calls}{metric_overflow="true"}`)).toThrow('no room');
  });
});

describe('the service graph', () => {
  const total = 'traces_service_graph_request_total';
  const sides = 'client="a",server="b",connection_type=""';
  const a = 'resource.service.name = `a`';
  const b = 'resource.service.name = `b`';

  it('leads to the span of the server', () => {
    expect(traceqlOf(`${total}{${sides}}`)).toBe(
      `{ kind = client && ${a} } > { kind = server && ${b} }`,
    );
    expect(traceqlOf(`traces_service_graph_request_server_seconds_bucket{${sides},le="0.1"}`)).toBe(
      `{ kind = client && ${a} } > { kind = server && ${b} && duration <= 100ms }`,
    );
    expect(traceqlOf(`${total}{client="a",connection_type="messaging_system"}`)).toBe(
      `{ kind = producer && ${a} } > { kind = consumer }`,
    );
  });

  it('leads to that of the client where its duration was measured', () => {
    expect(traceqlOf(`traces_service_graph_request_client_seconds_bucket{${sides},le="0.1"}`)).toBe(
      `{ kind = server && ${b} } < { kind = client && ${a} && duration <= 100ms }`,
    );
  });

  it('finds failures of either side', () => {
    expect(traceqlOf(`traces_service_graph_request_failed_total{${sides}}`)).toBe(
      `({ kind = client && ${a} && status = error } > { kind = server && ${b} })` +
        ` || ({ kind = client && ${a} } > { kind = server && ${b} && status = error })`,
    );
  });

  it('leads to the only span where one side sends none', () => {
    const peerOf = (name: string) =>
      `(.peer.service = \`${name}\` || (.peer.service = nil && .db.name = \`${name}\`))`;
    const client = `(kind = client || kind = producer) && ${a} && ${peerOf('pg')}`;
    expect(traceqlOf(`${total}{client="a",server="pg",connection_type="virtual_node"}`)).toBe(
      `({ (kind = server || kind = consumer || (${client})) } !< { ${client} })` +
        ' || ({ (kind = server || kind = consumer) && nestedSetParent = -1' +
        ` && resource.service.name = \`pg\` && ${peerOf('a')} })`,
    );
    expect(traceqlOf(`${total}{client="user",server="b",connection_type="virtual_node"}`)).toMatch(
      /^\{ \(kind = server .* nestedSetParent = -1 && resource.service.name = `b`/,
    );
    expect(traceqlOf(`${total}{server="pg",connection_type="database"}`)).toMatch(
      / && \.db\.name != nil \}$/,
    );
  });

  it('leads to every kind of request when none is named', () => {
    const traceql = traceqlOf(`${total}{client="a"}`);
    expect(traceql.split(') || (').length).toBeGreaterThan(3);
    expect(() => traceqlOf(`${total}{connection_type="x"}`)).toThrow('cannot lead from');
    expect(() => traceqlOf(`${total}{nonsense="x"}`)).toThrow(
      'cannot lead from the label nonsense',
    );
  });

  it('has dimensions of one side or of both', () => {
    const prefixed = {
      serviceGraph: { ...dimensions.serviceGraph, enableClientServerPrefix: true },
    };
    const method = (scope: string) => `${scope}.http.method`;
    const get = `(${method('resource')} = \`GET\` || (${method('resource')} = nil && ${method('span')} = \`GET\`))`;
    expect(traceqlOf(`${total}{client_http_method="GET",connection_type=""}`, prefixed)).toBe(
      `{ kind = client && ${get} } > { kind = server }`,
    );
    expect(traceqlOf(`${total}{http_method="GET",connection_type=""}`)).toBe(
      `{ kind = client } > { kind = server && ${get} }`,
    );
  });
});
