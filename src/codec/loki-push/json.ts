// {"streams":[{"stream":{name:value},"values":[["<unix nano>","line",{name:value}?],…]},…]}
// Spec: https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs
import { InputError, messageOf } from '#lib/errors.ts';
import { type Pairs, sortedPairs } from '#model/canonical.ts';
import { checkLabelNames } from './labels.ts';
import type { PushSink } from './sink.ts';

const utf8 = new TextDecoder();

export function readPushJson(bytes: Uint8Array, sink: PushSink): void {
  let body: unknown;
  try {
    body = JSON.parse(utf8.decode(bytes));
  } catch (cause) {
    throw malformed(messageOf(cause));
  }
  if (!isRecord(body)) throw malformed('the body is no object');
  const streams = body.streams ?? [];
  if (!Array.isArray(streams)) throw malformed('streams is no array');
  streams.forEach((stream, i) => void readStream(stream, `streams[${i}]`, sink));
}

function readStream(stream: unknown, path: string, sink: PushSink): void {
  if (!isRecord(stream)) throw malformed(`${path} is no object`);
  const labels = stringPairs(stream.stream ?? {}, `${path}.stream`);
  checkLabelNames(labels);
  sink.stream(labels);
  const values = stream.values ?? [];
  if (!Array.isArray(values)) throw malformed(`${path}.values is no array`);
  values.forEach((value, i) => void readEntry(value, `${path}.values[${i}]`, sink));
}

function readEntry(value: unknown, path: string, sink: PushSink): void {
  if (!Array.isArray(value)) throw malformed(`${path} is no array`);
  const [time, line = '', metadata] = value as unknown[];
  if (typeof time !== 'string' || !/^-?\d{1,19}$/.test(time)) {
    throw malformed(`${path}[0] is no time in nanoseconds as text`);
  }
  if (typeof line !== 'string') throw malformed(`${path}[1] is no text`);
  const pairs = metadata === undefined ? [] : stringPairs(metadata, `${path}[2]`);
  sink.entry(BigInt(time), line, pairs);
}

/** Values that are no text are taken as their JSON, for labels as for metadata. */
function stringPairs(value: unknown, path: string): Pairs {
  if (!isRecord(value)) throw malformed(`${path} is no object`);
  return sortedPairs(
    Object.entries(value).map(([name, item]): [string, string] => [
      name,
      typeof item === 'string' ? item : JSON.stringify(item),
    ]),
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const malformed = (reason: string): InputError =>
  new InputError('loki_push_malformed', `cannot read the push request: ${reason}`);
