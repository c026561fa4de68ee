import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { idSpellings, isSameTrace, type LogFields, readLogFields } from './log-fields.ts';

const traceId = '7d1f6a2b9c3e4d508192a3b4c5d6e7f8';
const spanId = 'a1b2c3d4e5f60718';
const ids = { traceId, spanId };
const json = (value: object): string => JSON.stringify(value);

function reads(logger: string, line: string, fields: LogFields): void {
  it(logger, () => expect(readLogFields(line)).toEqual(fields));
}

describe('JSON of', () => {
  const failed = { level: 'error', message: 'cart is gone', ...ids };
  reads(
    'Pino',
    json({ level: 50, time: 1, pid: 7, msg: 'cart is gone', trace_id: traceId, span_id: spanId }),
    failed,
  );
  reads('Pino, information', json({ level: 30, msg: 'up' }), { level: 'info', message: 'up' });
  reads('Pino, a level of one’s own', json({ level: 35, msg: 'up' }), {
    level: 'info',
    message: 'up',
  });
  reads(
    'Pino with an error',
    json({ level: 50, err: { message: 'no route', level: 'x' }, msg: 'cart is gone' }),
    { level: 'error', message: 'cart is gone' },
  );
  reads(
    'zap',
    json({ level: 'dpanic', ts: 1.5, msg: 'cart is gone', traceID: traceId, spanID: spanId }),
    { ...failed, level: 'fatal' },
  );
  reads('zap, short keys', json({ L: 'WARN', T: 1, M: 'slow' }), {
    level: 'warn',
    message: 'slow',
  });
  reads(
    'logrus',
    json({ level: 'warning', msg: 'slow', time: 't', TraceID: traceId, SpanID: spanId }),
    { level: 'warn', message: 'slow', ...ids },
  );
  reads('slog', json({ time: 't', level: 'DEBUG-2', msg: 'x', 'trace-id': traceId }), {
    level: 'debug',
    message: 'x',
    traceId,
  });
  reads(
    'Serilog, compact and rendered',
    json({ '@t': 't', '@l': 'Error', '@m': 'cart is gone', '@tr': traceId, '@sp': spanId }),
    failed,
  );
  reads(
    'Serilog, compact with a template',
    json({ '@t': 't', '@mt': 'cart {Id} of {@User:l} is gone', Id: 7, User: { n: 1 } }),
    { level: 'info', message: 'cart 7 of {"n":1} is gone' },
  );
  reads(
    '.NET with scopes',
    json({
      EventId: 3,
      LogLevel: 'Information',
      Category: 'Cart',
      Message: 'cart is gone',
      State: { Message: 'other', '{OriginalFormat}': 'cart is gone' },
      Scopes: [{ Message: 'x', SpanId: spanId, TraceId: traceId, ParentId: '0000000000000000' }],
    }),
    { ...failed, level: 'info' },
  );
  reads(
    'Python with OpenTelemetry',
    json({ levelname: 'CRITICAL', message: 'x', otelTraceID: traceId, otelSpanID: spanId }),
    { level: 'critical', message: 'x', ...ids },
  );
  reads('Python, numbers', json({ levelno: 40, message: 'x', otelTraceID: '0' }), {
    level: 'error',
    message: 'x',
  });
  reads('structlog', json({ event: 'cart is gone', level: 'info' }), {
    level: 'info',
    message: 'cart is gone',
  });
  reads(
    'Rust tracing',
    json({
      level: 'ERROR',
      fields: { message: 'cart is gone', id: 7 },
      target: 'shop',
      span: { name: 'get', trace_id: traceId, span_id: spanId },
    }),
    failed,
  );
  reads(
    'ECS, flat',
    json({ 'log.level': 'error', message: 'cart is gone', 'trace.id': traceId, 'span.id': spanId }),
    failed,
  );
  reads(
    'ECS, nested',
    json({
      log: { level: 'error' },
      message: 'cart is gone',
      trace: { id: traceId },
      span: { id: spanId },
      parent: { trace: { id: 'f'.repeat(32) } },
    }),
    failed,
  );
  reads(
    'Datadog',
    json({
      status: 'x',
      level: 'error',
      message: 'cart is gone',
      'dd.trace_id': String(BigInt('0x8192a3b4c5d6e7f8')),
      'dd.span_id': String(BigInt(`0x${spanId}`)),
    }),
    { ...failed, traceId: '8192a3b4c5d6e7f8' },
  );
  reads(
    'Datadog, nested, numbers and 128 bits',
    `{"message":"x","dd":{"trace_id":"${traceId}","span_id":${BigInt(`0x${spanId}`)}}}`,
    { message: 'x', ...ids },
  );
  reads(
    'OpenTelemetry',
    json({
      SeverityNumber: 17,
      Body: 'cart is gone',
      TraceId: traceId.toUpperCase(),
      SpanId: spanId,
    }),
    failed,
  );
  reads(
    'Google Cloud',
    json({
      severity: 'NOTICE',
      message: 'x',
      'logging.googleapis.com/trace': `projects/shop/traces/${traceId}`,
      'logging.googleapis.com/spanId': spanId,
    }),
    { level: 'info', message: 'x', ...ids },
  );
  reads('Logback', json({ message: 'x', level_value: 30_000, mdc: { traceId, spanId } }), {
    level: 'warn',
    message: 'x',
    ...ids,
  });
  reads('GELF', json({ version: '1.1', short_message: 'x', level: 3, _trace_id: traceId }), {
    level: 'error',
    message: 'x',
    traceId,
  });
  reads('journald', json({ MESSAGE: 'x', PRIORITY: '4' }), { level: 'warn', message: 'x' });
  reads(
    'whom traceparent is enough',
    json({ level: 'info', msg: 'x', traceparent: `00-${traceId}-${spanId}-01` }),
    { level: 'info', message: 'x', ...ids },
  );
  reads('whom ids in the message are enough', json({ msg: `gone trace_id=${traceId}` }), {
    message: `gone trace_id=${traceId}`,
    traceId,
  });
});

describe('logfmt and text', () => {
  reads('logfmt', `level=warn msg="it is \\"slow\\"" traceID=${traceId} spanID=${spanId}`, {
    level: 'warn',
    message: 'it is "slow"',
    ...ids,
  });
  reads('Python text', `2026-01-01 ERROR [cart.py] [trace_id=${traceId} span_id=${spanId}] gone`, {
    level: 'error',
    ...ids,
  });
  reads('Datadog text', '[dd.trace_id=9345678901234567890 dd.span_id=12345678901234567] gone', {
    traceId: '81b28571f4f30ad2',
    spanId: '002bdc545d6b4b87',
  });
  reads('JSON behind text', `worker | {"traceId": "${traceId}", "n": 1}`, { traceId });
  reads('traceparent', `GET / traceparent: 00-${traceId}-${spanId}-01`, ids);
  reads('Spring', `INFO [cart,${traceId},${spanId}] 1 --- gone`, { level: 'info', ...ids });
  reads('Spring Boot 3', `INFO 1 --- [cart] [${traceId}-${spanId}] gone`, {
    level: 'info',
    ...ids,
  });
  reads('prose', 'the message: all is well', {});
});

describe('what is no id is none', () => {
  for (const [why, id] of [
    ['too short', traceId.slice(1)],
    ['too long', `${traceId}0`],
    ['not hexadecimal', traceId.replace('7', 'g')],
    ['zero', '0'.repeat(32)],
    ['a half of zeros', '0'.repeat(16)],
    ['empty', ''],
  ] as const) {
    it(why, () => {
      for (const line of [json({ trace_id: id, span_id: id }), `trace_id=${id} span_id=${id}`]) {
        expect(readLogFields(line)).toEqual({});
      }
    });
  }
  it('an unlucky traceparent', () => {
    for (const text of [
      `ff-${traceId}-${spanId}-01`,
      `00-${'0'.repeat(32)}-${spanId}-01`,
      `00-${traceId}-${'0'.repeat(16)}-01`,
    ]) {
      expect(readLogFields(json({ traceparent: text }))).toEqual({});
    }
  });
  it('a decimal number beyond 64 bits', () =>
    expect(readLogFields(json({ 'dd.trace_id': '18446744073709551616' }))).toEqual({}));
});

it('takes lines of any kind', () => {
  const deep = `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`;
  for (const line of [
    '',
    '{',
    '{}',
    'null',
    '[1]',
    '{"level":null}',
    deep,
    '"',
    '='.repeat(9999),
  ]) {
    expect(() => readLogFields(line)).not.toThrow();
  }
});

describe('ids', () => {
  it('are spelled in three ways', () =>
    expect(idSpellings(traceId)).toEqual([
      traceId,
      traceId.toUpperCase(),
      String(BigInt('0x8192a3b4c5d6e7f8')),
    ]));
  it('of 64 bits mean the trace that ends with them', () => {
    expect(isSameTrace(traceId, traceId.slice(16).toUpperCase())).toBe(true);
    expect(isSameTrace(traceId, `f${traceId.slice(1)}`)).toBe(false);
    expect(isSameTrace(traceId, spanId)).toBe(false);
  });
});

/** Logs that others have published, where they are at hand; else this is skipped. */
const corpus = join(import.meta.dirname, '../../../shared/corpus/logs');

describe.skipIf(!existsSync(corpus))('published samples', () => {
  const linesOf = (folder: string): string[] =>
    readdirSync(join(corpus, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .flatMap((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').split('\n'))
      .filter((line) => line !== '');
  it('of Pino have level and message', () => {
    for (const line of linesOf('pino').filter(
      (one) => /"level":\d/.test(one) && !one.includes('"level":"'),
    )) {
      const { level, message } = readLogFields(line);
      expect(level, line).toBeDefined();
      if (/"msg":"[^"]/.test(line)) expect(line).toContain(JSON.stringify(message));
    }
  });
  it('of other programs are read without a failure, and have no ids that they have not', () => {
    for (const folder of ['lnav', 'cri', 'kubernetes-container-logs', 'parsers-fluent-bit']) {
      for (const line of linesOf(folder)) {
        const fields = readLogFields(line);
        if (fields.traceId !== undefined && fields.traceId.length === 32) {
          expect(line.toLowerCase()).toContain(fields.traceId);
        }
      }
    }
  });
});
