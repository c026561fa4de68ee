// A client of Prometheus's HTTP API, for ours and for the real one.

export type Labels = Readonly<Record<string, string>>;
export type Point = readonly [number, string];
export interface HistogramPoint {
  readonly count: string;
  readonly sum: string;
  readonly buckets?: readonly (readonly [number, string, string, string])[];
}

export interface Series {
  readonly metric: Labels;
  readonly value?: Point;
  readonly values?: readonly Point[];
  readonly histogram?: readonly [number, HistogramPoint];
  readonly histograms?: readonly (readonly [number, HistogramPoint])[];
}

export interface Answer {
  readonly status: 'success' | 'error';
  readonly errorType?: string;
  readonly error?: string;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
  readonly data?: {
    readonly resultType: 'vector' | 'matrix' | 'scalar' | 'string';
    readonly result: readonly Series[] | Point;
  };
}

export interface QueryRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

export class PrometheusClient {
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.url = url;
    this.#headers = headers;
  }

  /** Instant, at `when` seconds (now when left out), or over a range. */
  async ask(query: string, when?: number | QueryRange): Promise<Answer> {
    const isRange = typeof when === 'object';
    const parameters: Record<string, string> = { query };
    if (isRange) {
      parameters.start = String(when.start);
      parameters.end = String(when.end);
      parameters.step = String(when.step);
    } else if (when !== undefined) parameters.time = String(when);
    const response = await fetch(`${this.url}/api/v1/${isRange ? 'query_range' : 'query'}`, {
      method: 'POST',
      headers: this.#headers,
      body: new URLSearchParams(parameters),
    });
    return (await response.json()) as Answer;
  }

  /** The series of an answer without an error. */
  async series(query: string, when?: number | QueryRange): Promise<readonly Series[]> {
    const answer = await this.ask(query, when);
    if (answer.status !== 'success') throw new Error(`${query}: ${answer.error}`);
    return (answer.data?.result ?? []) as readonly Series[];
  }

  /** The value of the only series at one time; undefined when there is none. */
  async value(query: string, time?: number): Promise<string | undefined> {
    const series = await this.series(query, time);
    if (series.length > 1) throw new Error(`${query}: ${series.length} series`);
    return series[0]?.value?.[1];
  }

  /** `data` of another endpoint. */
  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}`, { headers: this.#headers });
    const { status, data, error } = (await response.json()) as {
      status: string;
      data: T;
      error?: string;
    };
    if (status !== 'success') throw new Error(`${path}: ${error}`);
    return data;
  }
}
