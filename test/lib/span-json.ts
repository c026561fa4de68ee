// OTLP JSON of traces as stored spans: what tests write with encodeTraces and expect back.
export { type JsonTraces, toStoredSpans } from '#conformance/converted/otlp-spans.ts';
