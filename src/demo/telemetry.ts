// One service's telemetry with the official SDK for Node: traces and logs by OTLP/HTTP in protobuf,
// metrics every two seconds with exemplars, W3C context over HTTP, pino's lines with trace ids.
import { metrics } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Clock } from '#lib/clock.ts';
import { createExemplarExporter, ExemplarReservoir, withExemplars } from './exemplar.ts';
import type { StartMessage } from './message.ts';

const exportIntervalMs = 2000;

/** Must run before `http` and `pino` are required: instrumentations patch them then. */
export function startTelemetry(message: StartMessage, clock: Clock): { stop(): Promise<void> } {
  const { role, otlpUrl, otlpHeaders: headers } = message;
  const resource = resourceFromAttributes({
    'service.name': role,
    'service.namespace': 'shop',
    'service.version': '1.4.2',
    'service.instance.id': `${role}-1`,
    'deployment.environment.name': 'demo',
  });
  const reservoir = new ExemplarReservoir(clock);
  const meterProvider = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({
        exporter: createExemplarExporter(message, reservoir),
        exportIntervalMillis: exportIntervalMs,
        exportTimeoutMillis: exportIntervalMs,
      }),
    ],
  });
  metrics.setGlobalMeterProvider(withExemplars(meterProvider, reservoir));
  const instrumentations = [
    // The exporters' own requests are no part of the shop.
    new HttpInstrumentation({
      ignoreOutgoingRequestHook: ({ path }) => path?.startsWith('/v1/') ?? false,
    }),
    new PinoInstrumentation(),
  ];
  const sdk = new NodeSDK({
    resource,
    autoDetectResources: false,
    instrumentations,
    metricReaders: [],
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url: `${otlpUrl}/v1/traces`, headers }), {
        scheduledDelayMillis: 1000,
      }),
    ],
    logRecordProcessors: [
      new BatchLogRecordProcessor({
        exporter: new OTLPLogExporter({ url: `${otlpUrl}/v1/logs`, headers }),
        scheduledDelayMillis: 1000,
      }),
    ],
  });
  sdk.start();
  for (const instrumentation of instrumentations) {
    instrumentation.setMeterProvider(metrics.getMeterProvider());
  }
  return {
    stop: async () => {
      await Promise.allSettled([sdk.shutdown(), meterProvider.shutdown()]);
    },
  };
}
