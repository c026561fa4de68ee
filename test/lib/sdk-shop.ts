// A purchase through two services as programs with the official OpenTelemetry SDK make it: the shop calls
// payment with W3C headers, baggage becomes attributes of spans, the card is declined.
import {
  type Attributes,
  type Context,
  type HrTime,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  ParentBasedSampler,
  SimpleSpanProcessor,
  type Span,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';

export interface Purchase {
  readonly traceId: string;
  /** Ids of spans by name. */
  readonly ids: Readonly<Record<'checkout' | 'charge-client' | 'charge' | 'insert', string>>;
  readonly linked: { readonly traceId: string; readonly spanId: string };
  readonly shop: string;
  readonly pay: string;
  readonly startNano: bigint;
}

export const spanNames = ['checkout', 'charge-client', 'charge', 'insert'];
const all = spanNames;
export const inShop = all.slice(0, 2);
export const inPay = all.slice(2);

/** TraceQL, and the spans of a purchase for which it holds. */
export const conditions: readonly (readonly [string, readonly string[]])[] = [
  ['name = "charge"', ['charge']],
  ['span:name =~ "ch.*"', all.slice(0, 3)],
  ['kind = client', ['charge-client']],
  ['status = error', ['charge-client', 'charge']],
  ['span:status = ok', ['insert']],
  ['statusMessage = "declined"', ['charge']],
  ['duration = 60ms', ['charge-client']],
  ['trace:duration = 100ms', all],
  ['trace:rootName = "checkout"', all],
  ['rootServiceName =~ "shop-.*"', all],
  ['nestedSetParent < 0', ['checkout']],
  ['span:childCount = 1', all.slice(0, 3)],
  ['parent.name = "charge"', ['insert']],
  ['parent.service.name =~ "shop-.*"', ['charge-client', 'charge']],
  ['event:name = "exception"', ['charge']],
  ['event:timeSinceStart = 25ms', ['charge']],
  ['resource.service.version = "4.5.6" && kind = server', ['checkout', 'charge']],
  ['.service.name =~ "pay-.*"', inPay],
  ['span.customer.tier = "gold"', all],
  ['.customer.tier != "gold"', []],
  ['span.text = "naïve ✓ \\"q\\" `t`"', ['checkout']],
];
/** Zipkin has no such thing, or has it as text. */
export const conditionsOfOtlp: typeof conditions = [
  ['resource.host.cpus = 4', all],
  ['kind = internal', ['insert']],
  ['span.yes = true', ['checkout']],
  ['span.whole > 41', ['checkout']],
  ['span.part = 1.5', ['checkout']],
  ['span.list = "b"', ['checkout']],
  ['span.numbers = 2', ['checkout']],
  ['span.flags = false', ['checkout']],
  ['event.exception.type = "TypeError"', ['charge']],
  ['event.exception.message =~ "card.*"', ['charge']],
  ['event.size = 7', ['insert']],
  [`link:traceID = "${'ab'.repeat(16)}"`, ['charge']],
  [`link:spanID = "${'cd'.repeat(8)}"`, ['charge']],
  ['link.reason = "retry" && link.try = 2', ['charge']],
  ['instrumentation:name = "http"', ['charge-client', 'charge']],
  ['instrumentation:version = "2.0.0"', ['insert']],
];

/** As SDK users copy baggage; the package for it does the same. */
class BaggageProcessor implements SpanProcessor {
  onStart(span: Span, parent: Context): void {
    for (const [key, { value }] of propagation.getBaggage(parent)?.getAllEntries() ?? []) {
      span.setAttribute(key, value);
    }
  }
  onEnd(): void {}
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

const propagator = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
});
const setter = {
  set: (carrier: Record<string, string>, key: string, value: string) => {
    carrier[key] = value;
  },
};
const getter = {
  get: (carrier: Record<string, string>, key: string) => carrier[key],
  keys: (carrier: Record<string, string>) => Object.keys(carrier),
};

export const everyType: Attributes = {
  text: 'naïve ✓ "q" `t`',
  yes: true,
  whole: 42,
  part: 1.5,
  list: ['a', 'b'],
  numbers: [1, 2],
  flags: [true, false],
};

function provide(service: string, exporter: SpanExporter): BasicTracerProvider {
  return new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': service,
      'service.version': '4.5.6',
      'host.cpus': 4,
    }),
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [new BaggageProcessor(), new SimpleSpanProcessor(exporter)],
  });
}

/** `exporter` makes one for each service; resolves when all is exported. */
export async function buy(
  transport: string,
  startMs: number,
  exporter: () => SpanExporter,
): Promise<Purchase> {
  const startNano = BigInt(startMs) * 1_000_000n + 123_000n;
  const at = (ms: number): HrTime => {
    const nano = startNano + BigInt(Math.round(ms * 1e6));
    return [Number(nano / 1_000_000_000n), Number(nano % 1_000_000_000n)];
  };
  const [shop, pay] = [`shop-${transport}`, `pay-${transport}`];
  const providers = [provide(shop, exporter()), provide(pay, exporter())] as const;
  const [web, http] = ['web', 'http'].map((name) => providers[0].getTracer(name, '1.2.3'));
  const server = providers[1].getTracer('http', '1.2.3');
  const database = providers[1].getTracer('db', '2.0.0');
  if (web === undefined || http === undefined) throw new Error('no tracer');

  const baggage = propagation.createBaggage({ 'customer.tier': { value: 'gold' } });
  const incoming = propagation.setBaggage(ROOT_CONTEXT, baggage);
  const checkout = web.startSpan(
    'checkout',
    { kind: SpanKind.SERVER, startTime: at(0), attributes: everyType },
    incoming,
  );
  const inShop = trace.setSpan(incoming, checkout);
  const call = http.startSpan(
    'charge-client',
    { kind: SpanKind.CLIENT, startTime: at(10) },
    inShop,
  );

  const headers: Record<string, string> = {};
  propagator.inject(trace.setSpan(inShop, call), headers, setter);
  const arrived = propagator.extract(ROOT_CONTEXT, headers, getter);
  const linked = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) };
  const charge = server.startSpan(
    'charge',
    {
      kind: SpanKind.SERVER,
      startTime: at(20),
      links: [{ context: { ...linked, traceFlags: 1 }, attributes: { reason: 'retry', try: 2 } }],
    },
    arrived,
  );
  const insert = database.startSpan(
    'insert',
    { startTime: at(30) },
    trace.setSpan(arrived, charge),
  );
  insert.addEvent('cache.miss', { key: 'k', size: 7 }, at(32));
  insert.setStatus({ code: SpanStatusCode.OK });
  insert.end(at(40));
  charge.recordException(new TypeError('card declined'), at(45));
  charge.setStatus({ code: SpanStatusCode.ERROR, message: 'declined' });
  charge.end(at(60));
  call.setStatus({ code: SpanStatusCode.ERROR });
  call.end(at(70));
  checkout.end(at(100));
  await Promise.all(providers.map((provider) => provider.forceFlush()));
  await Promise.all(providers.map((provider) => provider.shutdown()));
  const idOf = (span: typeof charge): string => span.spanContext().spanId;
  return {
    traceId: checkout.spanContext().traceId,
    ids: {
      checkout: idOf(checkout),
      'charge-client': idOf(call),
      charge: idOf(charge),
      insert: idOf(insert),
    },
    linked,
    shop,
    pay,
    startNano,
  };
}

/** What the SDK makes of headers that say "not sampled": nothing is exported. */
export async function buyUnsampled(traceId: string, exporter: () => SpanExporter): Promise<void> {
  const provider = provide('shop-unsampled', exporter());
  const headers = { traceparent: `00-${traceId}-${'ef'.repeat(8)}-00` };
  const arrived = propagator.extract(ROOT_CONTEXT, headers, getter);
  provider.getTracer('web').startSpan('checkout', {}, arrived).end();
  await provider.forceFlush();
  await provider.shutdown();
}
