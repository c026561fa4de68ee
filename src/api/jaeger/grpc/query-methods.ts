// jaeger.api_v3.QueryService and jaeger.api_v2.QueryService: what the JSON endpoints answer, over gRPC.
import { encodeTraces } from '#codec/otlp/encode-traces.ts';
import { InputError } from '#lib/errors.ts';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import type { FoundSpans } from '#query/traceql/engine.ts';
import { GrpcError } from '#server/grpc-status.ts';
import type { GrpcCall, GrpcMethod, GrpcService } from '#server/route.ts';
import type { JaegerSources } from '../api.ts';
import { traceNotFound } from '../error-response.ts';
import { adjustTrace } from '../model/adjust.ts';
import { type AdjustedSpan, withWarningsAttribute } from '../model/adjusted-span.ts';
import { namedOperations } from '../operations.ts';
import { readByIds, search } from '../read-traces.ts';
import { withKind } from '../v3/routes.ts';
import { summarize, type TraceSummary } from '../v3/summary.ts';
import { encodeSpans } from './encode-span.ts';
import { inParts } from './parts.ts';
import { RequestFields, rangeOf, searchOf } from './request.ts';

type EncodeSpans = (spans: readonly AdjustedSpan[]) => Uint8Array;

export function jaegerQueryServices(sources: JaegerSources): readonly GrpcService[] {
  const names = { GetServices: getServices(sources), GetDependencies: getDependencies(sources) };
  return [
    {
      name: 'jaeger.api_v3.QueryService',
      methods: {
        ...names,
        GetTrace: getTrace(sources, encodeOtlp, (request) => request.text(1)),
        FindTraces: findTraces(sources, encodeOtlp),
        FindTraceSummaries: findTraceSummaries(sources),
        GetOperations: getOperations(sources, writeV3Operations),
      },
    },
    {
      name: 'jaeger.api_v2.QueryService',
      methods: {
        ...names,
        GetTrace: getTrace(sources, encodeSpans, idOfBytes),
        FindTraces: findTraces(sources, encodeSpans),
        ArchiveTrace: archiveTrace,
        GetOperations: getOperations(sources, writeV2Operations),
      },
    },
  ];
}

const encodeOtlp: EncodeSpans = (spans) => encodeTraces(spans.map(withWarningsAttribute));

/** A trace id of 16 bytes, or of 8, its lower half. */
const idOfBytes = (request: RequestFields): string =>
  Buffer.from(request.bytes(1) ?? []).toString('hex');

function getTrace(
  sources: JaegerSources,
  encode: EncodeSpans,
  idOf: (request: RequestFields) => string,
): GrpcMethod {
  return {
    serverStream: async function* (message, { tenant, signal }) {
      const request = new RequestFields(message);
      const [found] = await readByIds(sources, tenant, [idOf(request)], signal);
      if (found === undefined) throw new GrpcError('NOT_FOUND', traceNotFound().message);
      yield* spansInParts(found, request.flag(4), { sources, encode });
    },
  };
}

function findTraces(sources: JaegerSources, encode: EncodeSpans): GrpcMethod {
  return {
    serverStream: async function* (message, { tenant, signal }) {
      const { find, isRaw } = searchOf(tenant, message);
      for (const trace of await search(sources, find, signal)) {
        yield* spansInParts(trace, isRaw, { sources, encode });
      }
    },
  };
}

async function* spansInParts(
  { spans }: FoundSpans,
  isRaw: boolean,
  { sources, encode }: { readonly sources: JaegerSources; readonly encode: EncodeSpans },
): AsyncIterable<Uint8Array> {
  const { maxClockSkewMs } = sources;
  for (const part of inParts(adjustTrace(spans, { isRaw, maxClockSkewMs }), encode)) {
    yield part;
    // Others have their turns while a large trace is encoded.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function findTraceSummaries(sources: JaegerSources): GrpcMethod {
  return {
    serverStream: async function* (message, { tenant, signal }) {
      const { find } = searchOf(tenant, message);
      const found = await search(sources, find, signal);
      yield* inParts(found.map(summarize), (summaries) =>
        written((writer) => {
          for (const each of summaries) writer.message(1, () => writeSummary(writer, each));
        }),
      );
    },
  };
}

function writeSummary(writer: ProtobufWriter, summary: TraceSummary): void {
  writer.text(1, summary.traceId);
  writer.text(2, summary.rootServiceName);
  writer.text(3, summary.rootOperationName);
  writer.fixed64(4, summary.minStartTimeUnixNano);
  writer.fixed64(5, summary.maxEndTimeUnixNano);
  writer.varint(6, summary.spanCount);
  writer.varint(7, summary.errorSpanCount);
  writer.varint(8, summary.orphanSpanCount);
  for (const { name, spanCount, errorSpanCount } of summary.services) {
    writer.message(9, () => {
      writer.text(1, name);
      writer.varint(2, spanCount);
      writer.varint(3, errorSpanCount);
    });
  }
}

const getServices = ({ catalog }: JaegerSources): GrpcMethod => ({
  unary: async (_message, { tenant, signal }) => {
    const names = await catalog.services(tenant, signal);
    return written((writer) => {
      for (const name of names) writer.text(1, name);
    });
  },
});

type Operation = { readonly name: string; readonly spanKind: string };

function getOperations(
  sources: JaegerSources,
  write: (writer: ProtobufWriter, operations: readonly Operation[]) => void,
): GrpcMethod {
  return {
    unary: async (message, call: GrpcCall) => {
      const request = new RequestFields(message);
      const [service, kindName] = [request.text(1), request.text(2)];
      if (service === '') return new Uint8Array();
      const found = await namedOperations(sources, call, { service, kindName });
      return written((writer) => write(writer, found));
    },
  };
}

const writeV3Operations = (writer: ProtobufWriter, operations: readonly Operation[]): void =>
  writeOperations(writer, 1, operations.map(withKind));

/** The names stand there once more for clients of before there were kinds. */
function writeV2Operations(writer: ProtobufWriter, operations: readonly Operation[]): void {
  for (const name of new Set(operations.map((operation) => operation.name))) writer.text(1, name);
  writeOperations(writer, 2, operations);
}

function writeOperations(
  writer: ProtobufWriter,
  field: number,
  operations: readonly Operation[],
): void {
  for (const { name, spanKind } of operations) {
    writer.message(field, () => {
      writer.text(1, name);
      writer.text(2, spanKind);
    });
  }
}

const getDependencies = ({ catalog }: JaegerSources): GrpcMethod => ({
  unary: async (message, { tenant, signal }) => {
    const range = rangeOf(new RequestFields(message), 1, 2);
    const found = await catalog.dependencies({ tenant, ...range }, signal);
    return written((writer) => {
      for (const { parent, child, calls } of found) {
        writer.message(1, () => {
          writer.text(1, parent);
          writer.text(2, child);
          writer.varint(3, calls);
        });
      }
    });
  },
});

const archiveTrace: GrpcMethod = {
  unary: async () => {
    throw new InputError('jaeger_no_archive', 'archive span storage was not configured');
  },
};

function written(write: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter();
  write(writer);
  return writer.finish();
}
