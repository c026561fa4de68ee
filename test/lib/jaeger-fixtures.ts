// Jaeger's fixtures of its storage integration tests, where they are at hand: traces in OTLP's JSON, and
// queries with the traces that each must find.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const fixturesFolder = join(
  import.meta.dirname,
  '../../../shared/conformance/otlp/jaeger/internal/storage/integration/fixtures',
);

export const hasFixtures = existsSync(fixturesFolder);

export interface FixtureQuery {
  readonly Caption: string;
  readonly Query: {
    readonly ServiceName: string;
    readonly OperationName: string;
    readonly Tags: Readonly<Record<string, string | number | boolean>> | null;
    readonly StartTimeMin: string;
    readonly StartTimeMax: string;
    /** Nanoseconds. */
    readonly DurationMin: number;
    readonly DurationMax: number;
    readonly NumTraces: number;
  };
  readonly ExpectedFixtures: readonly string[];
}

const readJson = (path: string): unknown =>
  JSON.parse(readFileSync(join(fixturesFolder, path), 'utf8'));

export const readQueries = (): FixtureQuery[] => readJson('queries.json') as FixtureQuery[];

export interface FixtureTrace {
  readonly name: string;
  readonly traceId: string;
  /** TracesData in OTLP's JSON. */
  readonly otlp: object;
}

export const readTraces = (): FixtureTrace[] =>
  readdirSync(join(fixturesFolder, 'traces')).map((file) => {
    const otlp = readJson(join('traces', file)) as object;
    const traceId = /"traceId":"([\da-f]+)"/.exec(JSON.stringify(otlp))?.[1] ?? '';
    return { name: file.replace('.json', ''), traceId, otlp };
  });
