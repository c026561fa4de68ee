// A recorded question with the answer that the real program gave.
export type Language = 'promql' | 'logql' | 'traceql';

export interface RecordedCase {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly params?: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly form?: boolean;
  readonly status: number;
  readonly content_type?: string;
  readonly response?: unknown;
  readonly response_text?: string;
  readonly response_base64?: string;
  readonly suspect?: unknown;
  readonly compare?: {
    readonly ignore?: readonly string[];
    readonly text_prefix?: string;
    readonly tolerance?: number;
  };
}

/** What a program answered, without what differs from run to run. */
export interface GivenAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly response?: unknown;
  readonly text?: string;
  readonly base64?: string;
}

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON with sorted names. */
export function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${stable(value[name])}`).join(',')}}`;
}
