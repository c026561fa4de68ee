// POST /api/v1/read: whole series, for a Prometheus that has us as its remote storage.
// https://prometheus.io/docs/prometheus/latest/querying/remote_read_api/
import { compress } from 'snappy';
import { decodeReadRequest, type ReadQuery } from '#codec/remote-read/request.ts';
import { encodeFrames, SamplesWriter } from '#codec/remote-read/response.ts';
import type { ReadSeries } from '#codec/remote-read/series.ts';
import { decompress } from '#lib/compression.ts';
import { InputError } from '#lib/errors.ts';
import { sortedPairs } from '#model/canonical.ts';
import type { HistogramSample } from '#model/histogram-sample.ts';
import { compileMatcher } from '#query/promql/check/matcher.ts';
import type { PromqlEngine } from '#query/promql/engine.ts';
import type { Matcher } from '#query/promql/syntax/ast.ts';
import { spansOf } from '#query/vector/histogram/buckets.ts';
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import type { RawSeries } from '#query/vector/value.ts';
import { failureHeaders, failureOf } from '#server/failure.ts';
import {
  type HttpRequest,
  type HttpResponse,
  type Route,
  route,
  textResponse,
} from '#server/route.ts';

/** As in Prometheus; of a request, which is only matchers. */
const requestBytesMax = 32 << 20;

/** After so many samples others get their turn. */
const sliceSamples = 50_000;

export function remoteRead(engine: PromqlEngine): Route {
  return route(['POST'], '/api/v1/read', async (request) => {
    try {
      return await read(engine, request);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.isUnexpected) throw error;
      const { message, httpStatus } = failure;
      const response = textResponse(`${message}\n`, httpStatus, failureHeaders(failure));
      return { ...response, errorCode: failure.code };
    }
  });
}

async function read(engine: PromqlEngine, request: HttpRequest): Promise<HttpResponse> {
  const { queries, responseType } = decodeReadRequest(await bodyOf(request));
  const select = (query: ReadQuery): Promise<readonly RawSeries[]> =>
    engine.select({
      selectors: [matchersOf(query)],
      fromMs: query.startMs - 1,
      toMs: query.endMs,
      tenant: request.tenant,
      signal: request.signal,
    });
  return responseType === 'chunks' ? answerChunks(queries, select) : answerSamples(queries, select);
}

/** Throws InputError for a regular expression that RE2 refuses. */
function matchersOf({ matchers }: ReadQuery): readonly Matcher[] {
  const span = { from: 0, to: 0 };
  return matchers.map(({ name, operator, value }) => {
    const matcher: Matcher = { label: name, operator, value, span };
    compileMatcher(matcher);
    return matcher;
  });
}

type Select = (query: ReadQuery) => Promise<readonly RawSeries[]>;

async function answerSamples(queries: readonly ReadQuery[], select: Select): Promise<HttpResponse> {
  const writer = new SamplesWriter();
  for (const query of queries) {
    writer.beginResult();
    for await (const series of inTurns(await select(query))) writer.series(series);
  }
  const body = (await compress(Buffer.from(writer.finish().buffer))) as Uint8Array;
  return {
    status: 200,
    headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy' },
    body,
  };
}

function answerChunks(queries: readonly ReadQuery[], select: Select): HttpResponse {
  return {
    status: 200,
    headers: {
      'content-type': 'application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse',
    },
    body: frames(queries, select),
  };
}

async function* frames(queries: readonly ReadQuery[], select: Select): AsyncGenerator<Uint8Array> {
  for (const [index, query] of queries.entries()) {
    for await (const series of inTurns(await select(query))) yield* encodeFrames(series, index);
  }
}

/** The series as codecs know them, with a turn of the event loop now and then. */
async function* inTurns(all: readonly RawSeries[]): AsyncGenerator<ReadSeries> {
  let samples = 0;
  for (const raw of all) {
    samples += raw.times.length;
    if (samples > sliceSamples) {
      samples = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
    yield toReadSeries(raw);
  }
}

function toReadSeries({ labels, times, values, histograms }: RawSeries): ReadSeries {
  return {
    labels: sortedPairs(Object.entries(labels)),
    times,
    values,
    ...(histograms ? { histograms: histograms.map((one) => one && toSample(one)) } : {}),
  };
}

const counterResets = ['unknown', 'reset', 'not-reset', 'gauge'] as const;

const toSample = (histogram: Histogram): HistogramSample => ({
  schema: histogram.schema,
  count: histogram.count,
  sum: histogram.sum,
  zeroThreshold: histogram.zeroThreshold,
  zeroCount: histogram.zeroCount,
  positiveSpans: spansOf(histogram.positive),
  positiveCounts: histogram.positive.counts,
  negativeSpans: spansOf(histogram.negative),
  negativeCounts: histogram.negative.counts,
  customBounds: histogram.customBounds,
  counterReset: counterResets.indexOf(histogram.counterReset),
});

async function bodyOf(request: HttpRequest): Promise<Uint8Array> {
  const body = await request.body();
  // The server has undone what a Content-Encoding says.
  if (request.headers['content-encoding']?.trim()) return body;
  const result = await decompress('snappy', body, requestBytesMax);
  if (result.kind === 'bytes') return result.bytes;
  const problem = result.kind === 'corrupt' ? result.reason : `it is over ${requestBytesMax} bytes`;
  throw new InputError('remote_read_malformed', `cannot read the snappy block: ${problem}`);
}
