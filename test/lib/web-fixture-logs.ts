// The Loki API of the fixture: one line every few seconds from each of three services.

import type { FixtureAnswer } from './web-fixture.ts';
import { chance, pick } from './web-fixture-random.ts';
import { traceIdAt } from './web-fixture-traces.ts';

const services = ['inventory-service', 'order-service', 'user-service'];
const everyMs = 4000;

const messages: Record<string, readonly string[]> = {
  info: ['order placed', 'user loaded', 'stock reserved', 'GET /users/42 200 in 12 ms'],
  debug: ['cache hit for sku-77', 'connection taken from the pool'],
  warn: ['slow query: SELECT * FROM stock WHERE sku = $1 took 812 ms', 'retrying after 503'],
  error: ['payment was declined', 'connection to inventory-service timed out after 2000 ms'],
};

interface Line {
  readonly timeMs: number;
  readonly service: string;
  readonly level: string;
  readonly text: string;
}

function lineAt(timeMs: number, service: string): Line {
  const draw = chance('level', timeMs, service);
  const isBad = Math.sin(timeMs / 420_000) > 0.9;
  const level =
    draw < (isBad ? 0.3 : 0.03)
      ? 'error'
      : draw < 0.35 && isBad
        ? 'warn'
        : draw < 0.09
          ? 'warn'
          : draw < 0.3
            ? 'debug'
            : 'info';
  const message = pick(messages[level] ?? [''], 'text', timeMs, service);
  const isJson = chance('json', timeMs, service) < 0.25;
  const text = isJson
    ? JSON.stringify({ level, msg: message, req: { id: Math.floor(timeMs / 1000) }, items: [1, 2] })
    : message;
  return { timeMs: timeMs + Math.floor(chance('ms', timeMs, service) * 900), service, level, text };
}

export function logAnswer(path: string, params: URLSearchParams): FixtureAnswer | undefined {
  const success = (data: unknown): FixtureAnswer => ({ body: { status: 'success', data } });
  if (path === 'labels') return success(['deployment_environment_name', 'service_name']);
  if (path === 'label/service_name/values') return success(services);
  if (path.startsWith('label/')) return success(['demo']);
  const query = params.get('query') ?? '';
  if (path === 'series') return success(services.map((service_name) => ({ service_name })));
  if (path !== 'query_range') return undefined;
  if (query.includes('| nope')) {
    const message = `parse error at line 1, col ${query.indexOf('nope') + 1}: syntax error: unexpected IDENTIFIER`;
    return { status: 400, body: message };
  }
  const fromMs = Number(BigInt(params.get('start') ?? '0') / 1_000_000n);
  const toMs = Number(BigInt(params.get('end') ?? '0') / 1_000_000n);
  if (query.includes('count_over_time')) {
    return success({ resultType: 'matrix', result: counts(query, fromMs, toMs, params) });
  }
  const limit = Number(params.get('limit') ?? 100);
  const lines = select(query, fromMs, toMs, limit);
  return success({
    resultType: 'streams',
    encodingFlags: ['categorize-labels'],
    result: streams(lines),
  });
}

function* linesBetween(fromMs: number, toMs: number): Generator<Line> {
  for (let at = Math.floor(toMs / everyMs) * everyMs; at >= fromMs; at -= everyMs) {
    for (const service of services) {
      const line = lineAt(at, service);
      if (line.timeMs < toMs) yield line;
    }
  }
}

function isSelected(line: Line, query: string): boolean {
  const service = /service_name="([^"]*)"/.exec(query)?.[1];
  const level = /detected_level="([^"]*)"/.exec(query)?.[1];
  const traceId = /trace_id="([^"]*)"/.exec(query)?.[1];
  const text = /\|= "([^"]*)"/.exec(query)?.[1];
  return (
    (service === undefined || line.service === service) &&
    (level === undefined || line.level === level) &&
    (traceId === undefined || traceIdAt(line.timeMs) === traceId) &&
    (text === undefined || line.text.includes(text))
  );
}

function select(query: string, fromMs: number, toMs: number, limit: number): Line[] {
  const lines: Line[] = [];
  for (const line of linesBetween(fromMs, toMs)) {
    if (isSelected(line, query)) lines.push(line);
    if (lines.length >= limit) break;
  }
  return lines;
}

function streams(lines: readonly Line[]): unknown[] {
  return services
    .map((service) => ({
      stream: { service_name: service, deployment_environment_name: 'demo' },
      values: lines
        .filter((line) => line.service === service)
        .map((line) => [
          `${line.timeMs}000000`,
          line.text,
          {
            structuredMetadata: {
              detected_level: line.level,
              severity_text: line.level.toUpperCase(),
              trace_id: traceIdAt(line.timeMs),
              span_id: traceIdAt(line.timeMs).slice(0, 16),
            },
          },
        ]),
    }))
    .filter(({ values }) => values.length > 0);
}

function counts(query: string, fromMs: number, toMs: number, params: URLSearchParams): unknown[] {
  const stepMs = Number((params.get('step') ?? '60000ms').replace('ms', ''));
  const byLevel = new Map<string, Map<number, number>>();
  for (const line of linesBetween(fromMs, toMs)) {
    if (!isSelected(line, query)) continue;
    const at = Math.ceil(line.timeMs / stepMs) * stepMs;
    const level = byLevel.get(line.level) ?? new Map<number, number>();
    byLevel.set(line.level, level.set(at, (level.get(at) ?? 0) + 1));
  }
  return [...byLevel].map(([detected_level, points]) => ({
    metric: { detected_level },
    values: [...points].sort(([a], [b]) => a - b).map(([at, n]) => [at / 1000, String(n)]),
  }));
}
