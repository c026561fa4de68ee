// GET /api/quality-metrics: how good the traces of a service are, for the Trace Quality page of Jaeger's
// UI. Counted over the newest traces with that service.
import { attributeText } from '#model/attribute.ts';
import type { StoredSpan } from '#model/stored-span.ts';
import type { FoundSpans } from '#query/traceql/engine.ts';
import type { Route } from '#server/route.ts';
import { answerJson } from './answer.ts';
import type { JaegerSources } from './api.ts';
import { jaegerRoute, refused } from './error-response.ts';
import { hexOf, isZero, traceIdText } from './model/id.ts';
import { serviceOf } from './model/process.ts';
import { search } from './read-traces.ts';
import { readInteger } from './search-params.ts';

const tracesRead = 200;
const examplesMax = 5;
const hoursMax = 8_760n;
const nanoPerHour = 3_600_000_000_000n;

interface SpanOfTrace {
  readonly traceId: string;
  readonly span: StoredSpan;
  readonly hasParent: boolean;
}

interface Check {
  readonly name: string;
  readonly category: 'coverage' | 'quality';
  readonly description: string;
  readonly passes: (span: SpanOfTrace) => boolean;
}

const checks: readonly Check[] = [
  {
    name: 'Parent spans present',
    category: 'coverage',
    description: 'Spans whose parent is stored, or that have none.',
    passes: ({ hasParent }) => hasParent,
  },
  {
    name: 'Span kind set',
    category: 'quality',
    description: 'Spans that say whether they are a server, a client, or internal.',
    passes: ({ span }) => span.kind !== 0,
  },
  {
    name: 'Service version set',
    category: 'quality',
    description: 'Spans whose resource has service.version.',
    passes: ({ span }) => span.origin.resourceAttributes.has('service.version'),
  },
];

export const qualityMetrics = (sources: JaegerSources): Route =>
  jaegerRoute(['GET'], '/api/quality-metrics', async (request) => {
    const { tenant, query, signal } = request;
    const serviceName = query.get('service') ?? '';
    const hours = readInteger(query, 'hours') ?? 1n;
    if (hours < 1n || hours > hoursMax) {
      throw refused(`invalid parameter: 'hours' must be from 1 to ${hoursMax}`);
    }
    const toNano = sources.clock.nowNano() + 1n;
    const found = await search(
      sources,
      {
        tenant,
        fromNano: toNano - hours * nanoPerHour,
        toNano,
        serviceName,
        operationName: '',
        tags: new Map(),
        durationMinNano: undefined,
        durationMaxNano: undefined,
        limit: tracesRead,
      },
      signal,
    );
    return answerJson(request, qualityOf(found.flatMap((trace) => spansOf(trace, serviceName))));
  });

/** The service's spans; of every service where none is named. */
function spansOf({ traceId, spans }: FoundSpans, service: string): SpanOfTrace[] {
  const ids = new Set(spans.map(({ spanId }) => hexOf(spanId)));
  return spans
    .filter(({ origin }) => service === '' || serviceOf(origin.resourceAttributes) === service)
    .map((span) => ({
      traceId,
      span,
      hasParent: isZero(span.parentSpanId) || ids.has(hexOf(span.parentSpanId)),
    }));
}

function qualityOf(spans: readonly SpanOfTrace[]): object {
  const metrics = checks.map((check) => measure(check, spans));
  const score = (category: Check['category'], label: string) => {
    const of = metrics.filter((metric) => metric.category === category);
    const shares = of.map(({ passCount }) => (spans.length === 0 ? 1 : passCount / spans.length));
    const value = Math.round((100 * shares.reduce((a, b) => a + b, 0)) / of.length);
    return { key: category, label, max: 100, value };
  };
  return {
    traceQualityDocumentationLink: '',
    scores: [score('coverage', 'Trace completeness'), score('quality', 'Instrumentation')],
    metrics,
    clients: clientsOf(spans),
  };
}

function measure({ name, category, description, passes }: Check, spans: readonly SpanOfTrace[]) {
  const passed = spans.filter(passes);
  const failed = spans.filter((span) => !passes(span));
  return {
    name,
    category,
    description,
    metricDocumentationLink: '',
    metricWeight: 1 / checks.filter((check) => check.category === category).length,
    passCount: passed.length,
    passExamples: examplesOf(passed),
    failureCount: failed.length,
    failureExamples: examplesOf(failed),
    exemptionCount: null,
    exemptionExamples: null,
    details: null,
  };
}

const examplesOf = (spans: readonly SpanOfTrace[]) =>
  spans.slice(0, examplesMax).map(({ traceId, span }) => ({
    spanIDs: [hexOf(span.spanId)],
    traceID: traceIdText(traceId),
  }));

/** By version of the SDK that made the spans. */
function clientsOf(spans: readonly SpanOfTrace[]): object[] {
  const byVersion = new Map<string, SpanOfTrace[]>();
  for (const each of spans) {
    const { resourceAttributes } = each.span.origin;
    const [language, version] = ['language', 'version'].map((name) =>
      attributeText(resourceAttributes.get(`telemetry.sdk.${name}`) ?? ''),
    );
    if (version === '') continue;
    const key = `${language} ${version}`.trim();
    const others = byVersion.get(key);
    if (others) others.push(each);
    else byVersion.set(key, [each]);
  }
  return [...byVersion].map(([version, of]) => ({
    version,
    minVersion: '',
    count: of.length,
    examples: examplesOf(of),
  }));
}
