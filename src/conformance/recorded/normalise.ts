// An HTTP answer without what differs from run to run: statistics, timings, sampled exemplars.
import type { Answered } from '../http.ts';
import { type GivenAnswer, isObject, type Json, type Language } from './case.ts';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function normalise(language: Language, { status, headers, body }: Answered): GivenAnswer {
  const type = (headers['content-type'] ?? '').toLowerCase();
  const contentType = (type.split(';')[0] as string).trim();
  const base = { status, contentType };
  let text: string;
  try {
    if (/protobuf|octet-stream/.test(type)) return { ...base, base64: body.toString('base64') };
    text = strictUtf8.decode(body);
  } catch {
    return { ...base, base64: body.toString('base64') };
  }
  try {
    return { ...base, response: withoutVolatile(language, JSON.parse(text) as Json) };
  } catch {
    return { ...base, text };
  }
}

function withoutVolatile(language: Language, json: Json): Json {
  if (!isObject(json)) return json;
  const { data } = json;
  if (language === 'logql' && isObject(data)) {
    const { stats: _, ...rest } = data;
    return { ...json, data: rest };
  }
  if (language === 'promql' && isObject(data) && isObject(data.stats)) {
    return { ...json, data: { ...data, stats: withoutTimings(data.stats) } };
  }
  if (language !== 'traceql') return json;
  const { metrics: _, series, ...rest } = json;
  if (!Array.isArray(series)) return series === undefined ? rest : { ...rest, series };
  return { ...rest, series: series.map(withoutExemplars) };
}

function withoutTimings(stats: { readonly [name: string]: Json }): Json {
  if (!isObject(stats.timings)) return stats;
  const timings = Object.fromEntries(Object.keys(stats.timings).map((name) => [name, 0]));
  return { ...stats, timings };
}

function withoutExemplars(series: Json): Json {
  if (!isObject(series)) return series;
  const { exemplars: _, ...rest } = series;
  return rest;
}
