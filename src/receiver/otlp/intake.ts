// What both transports of OTLP share, and receivers that convert to it: decode an export request, hand
// the batch on, count. The answer comes when the batch is committed.
// Spec: https://opentelemetry.io/docs/specs/otlp/
import { decodeLogs, decodeMetrics, decodeTraces } from '#codec/otlp/decode.ts';
import type { DecodeContext, DecodeResult } from '#codec/otlp/decode-context.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { createTurns, type Turns } from '#lib/turns.ts';
import type { Rejection, Signal } from '#model/batch.ts';
import type { IdentityCache } from '#model/identity.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import { failureOf } from '#server/failure.ts';

export interface OtlpIntakeSettings {
  /** `ingest.max_age`, or the retention of the signal; undefined is no limit. */
  readonly ageMsMax: Readonly<Record<Signal, number | undefined>>;
  /** `ingest.max_future`; undefined is no limit. */
  readonly futureMsMax: number | undefined;
  readonly attributeBytesMax: number;
}

export interface OtlpIntakeDeps {
  readonly consumer: Consumer;
  /** Of this process, shared by all receivers. */
  readonly identities: IdentityCache;
  readonly clock: Clock;
  readonly meter: Meter;
  /** Decoding waits for its turn; shared by all receivers. */
  readonly turns?: Turns;
}

export interface OtlpIntake {
  /**
   * Resolves when what could be taken of the export request (protobuf) is committed, with what
   * could not. Throws what `read` and the consumer throw, and InputError `otlp_malformed`: then
   * nothing was taken.
   */
  receive(request: OtlpRequest): Promise<Rejection | undefined>;
}

export interface OtlpRequest {
  readonly signal: Signal;
  /** What metrics call the receiver; default `otlp`. */
  readonly receiver?: string;
  readonly transport: 'grpc' | 'http' | 'udp';
  readonly tenant: string;
  readonly abort: AbortSignal;
  /** The body, read and converted when it is asked for, so that its failures are counted, too. */
  readonly read: () => Promise<Uint8Array | ConvertedExport>;
}

/** A request of another protocol as an export request, with what could not be converted. */
export interface ConvertedExport {
  readonly bytes: Uint8Array;
  readonly rejection: Rejection | undefined;
}

type Decode = (bytes: Uint8Array, context: DecodeContext) => DecodeResult<Signal>;

const decoders: Readonly<Record<Signal, Decode>> = {
  traces: decodeTraces,
  metrics: decodeMetrics,
  logs: decodeLogs,
};

export function createOtlpIntake(settings: OtlpIntakeSettings, deps: OtlpIntakeDeps): OtlpIntake {
  const instruments = createInstruments(deps.meter);
  const turns = deps.turns ?? createTurns();
  return {
    async receive({ signal, receiver = 'otlp', transport, tenant, abort, read }) {
      const labels = { receiver, transport };
      try {
        const { bytes, rejection: unconverted } = convertedOf(await read());
        const context = {
          ...limitsAt(settings, deps, signal),
          tenant,
          identities: deps.identities,
        };
        const { batch, rejection } = await turns.run(() => {
          // Who left while it waited needs no work any more.
          abort.throwIfAborted();
          return decoders[signal](bytes, context);
        });
        const result = await deps.consumer.consume(batch, abort).catch((error: unknown) => {
          instruments.refused[signal].add(batch.items, labels);
          throw error;
        });
        instruments.accepted[signal].add(result.accepted, labels);
        const rejected = addRejections(addRejections(unconverted, rejection), result.rejected);
        if (rejected && rejected.count > 0) instruments.refused[signal].add(rejected.count, labels);
        for (const [reason, count] of rejected?.reasons ?? []) {
          instruments.rejected.add(count, { ...labels, signal, reason });
        }
        return rejected;
      } catch (error) {
        instruments.failed.add(1, { ...labels, signal, code: failureOf(error).code });
        throw error;
      }
    },
  };
}

const convertedOf = (body: Uint8Array | ConvertedExport): ConvertedExport =>
  body instanceof Uint8Array ? { bytes: body, rejection: undefined } : body;

function limitsAt(
  settings: OtlpIntakeSettings,
  { clock }: OtlpIntakeDeps,
  signal: Signal,
): Pick<DecodeContext, 'nowNano' | 'limits'> {
  const nowNano = clock.nowNano();
  const nano = (ms: number): bigint => BigInt(ms) * 1_000_000n;
  const ageMs = settings.ageMsMax[signal];
  return {
    nowNano,
    limits: {
      minUnixNano: ageMs === undefined ? undefined : nowNano - nano(ageMs),
      maxUnixNano:
        settings.futureMsMax === undefined ? undefined : nowNano + nano(settings.futureMsMax),
      attributeBytesMax: settings.attributeBytesMax,
    },
  };
}

function addRejections(a: Rejection | undefined, b: Rejection | undefined): Rejection | undefined {
  if (!a || !b) return a ?? b;
  const reasons = new Map(a.reasons);
  for (const [reason, count] of b.reasons ?? []) {
    reasons.set(reason, (reasons.get(reason) ?? 0) + count);
  }
  return { count: a.count + b.count, message: `${a.message}; ${b.message}`, reasons };
}

/** The names of the OpenTelemetry Collector, whose word for data points is "metric points". */
function createInstruments(meter: Meter) {
  const nouns = { traces: 'spans', metrics: 'metric_points', logs: 'log_records' } as const;
  const counter = (verb: string, signal: Signal, meaning: string) =>
    meter.counter(
      `otelcol_receiver_${verb}_${nouns[signal]}`,
      `${nouns[signal].replace('_', ' ')} ${meaning}, by receiver and transport.`,
    );
  const counters = (verb: string, meaning: string) => ({
    traces: counter(verb, 'traces', meaning),
    metrics: counter(verb, 'metrics', meaning),
    logs: counter(verb, 'logs', meaning),
  });
  return {
    accepted: counters('accepted', 'committed'),
    refused: counters('refused', 'that were decoded and not taken'),
    rejected: meter.counter(
      'sightline_receiver_rejected_items_total',
      'Items that can never be taken, by receiver, transport, signal and reason.',
    ),
    failed: meter.counter(
      'sightline_receiver_failed_requests_total',
      'Requests of which nothing was taken, by receiver, transport, signal and error code.',
    ),
  };
}
