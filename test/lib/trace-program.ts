// A whole Sightline for tests of traces: spans go in through its sockets, and every API that answers
// about them is asked through its sockets, too.
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';
import { sendOtlpHttp, sendOtlpJson } from './otlp-client.ts';
import { type JsonObject, tracesOf } from './otlp-json.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly contentType: string;
}

export interface MetricPoint {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

type Params = Readonly<Record<string, string>>;

export class TraceProgram {
  readonly sightline: Sightline;
  /** What the program logged as its own mistakes. */
  readonly errors: readonly string[];

  private constructor(sightline: Sightline, errors: readonly string[]) {
    this.sightline = sightline;
    this.errors = errors;
  }

  static async start(config: Readonly<Record<string, unknown>> = {}): Promise<TraceProgram> {
    const errors: string[] = [];
    const log = (line: string): void => {
      if (line.includes('level=error')) errors.push(line);
    };
    return new TraceProgram(await startSightline({ config, log }), errors);
  }

  get otlpUrl(): string {
    return `http://127.0.0.1:${this.sightline.ports.otlpHttp}`;
  }

  /** An export request as OTLP JSON, or as protobuf; refusals of single spans are the answer. */
  async send(request: JsonObject | Uint8Array): Promise<Answer & { readonly rejected: number }> {
    const isBytes = request instanceof Uint8Array;
    const answer = isBytes
      ? await sendOtlpHttp(this.otlpUrl, 'traces', request)
      : await sendOtlpJson(this.otlpUrl, 'traces', request);
    const text = await answer.text();
    const isJson = !isBytes && answer.status === 200;
    const { partialSuccess } = (isJson ? JSON.parse(text) : {}) as {
      partialSuccess?: { rejectedSpans?: string };
    };
    const rejected = Number(partialSuccess?.rejectedSpans ?? 0);
    return { status: answer.status, text, contentType: '', rejected };
  }

  sendSpans(service: string, spans: readonly JsonObject[]) {
    return this.send(tracesOf(spans, { resource: { 'service.name': service } }));
  }

  async get(path: string, params: Params = {}, accept = 'application/json'): Promise<Answer> {
    const url = `${this.sightline.url}${path}?${new URLSearchParams(params)}`;
    const answer = await fetch(url, { headers: { accept } });
    const contentType = answer.headers.get('content-type') ?? '';
    return { status: answer.status, text: await answer.text(), contentType };
  }

  /** The body of an answer that has to be 200. */
  async json<T>(path: string, params: Params = {}): Promise<T> {
    const { status, text } = await this.get(path, params);
    if (status !== 200) throw new Error(`${path}: ${status}: ${text.slice(0, 500)}`);
    return JSON.parse(text) as T;
  }

  async promql(query: string): Promise<MetricPoint[]> {
    const { result } = await this.sightline.query.promql.instant(query);
    const points = result as readonly { metric: MetricPoint['metric']; value: [number, string] }[];
    return points.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }
}
