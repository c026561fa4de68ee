import { JsonLogsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { describe, expect, it } from 'vitest';
import {
  encodeExportResponse,
  encodeExportResponseJson,
  encodeStatus,
  encodeStatusJson,
} from './response.ts';

const rejection = { count: 300, message: '300 spans rejected' };

describe('an export response', () => {
  it('is empty when all was taken', () => {
    expect(encodeExportResponse(undefined)).toEqual(new Uint8Array(0));
    expect(encodeExportResponseJson('traces', undefined)).toBe('{"partialSuccess":{}}');
  });

  it('tells the sender what was not taken', () => {
    expect(ProtobufTraceSerializer.deserializeResponse(encodeExportResponse(rejection))).toEqual({
      partialSuccess: { rejectedSpans: 300, errorMessage: '300 spans rejected' },
    });
    const json = Buffer.from(encodeExportResponseJson('logs', rejection));
    expect(JsonLogsSerializer.deserializeResponse(json)).toEqual({
      partialSuccess: { rejectedLogRecords: '300', errorMessage: '300 spans rejected' },
    });
    expect(encodeExportResponseJson('metrics', rejection)).toContain('"rejectedDataPoints":"300"');
  });

  it('can be a warning', () => {
    const bytes = Buffer.from(encodeExportResponse({ count: 0, message: 'w' }));
    expect(bytes.toString('hex')).toBe('0a03120177');
  });
});

describe('a status', () => {
  it('has a code and a message', () => {
    const bytes = Buffer.from(encodeStatus({ code: 3, message: 'bad' }));
    expect(bytes.toString('hex')).toBe('08031203626164');
    expect(encodeStatusJson({ code: 3, message: 'bad' })).toBe('{"code":3,"message":"bad"}');
  });

  it('says when to try again', () => {
    const status = { code: 8, message: 'full', retryAfterMs: 1500 };
    const bytes = Buffer.from(encodeStatus(status)).toString('latin1');
    expect(bytes).toContain('type.googleapis.com/google.rpc.RetryInfo');
    // RetryInfo { retry_delay { seconds = 1, nanos = 500,000,000 } }
    const delay = Buffer.from('120a0a0808011080cab5ee01', 'hex').toString('latin1');
    expect(bytes.slice(-delay.length)).toBe(delay);
    expect(JSON.parse(encodeStatusJson(status))).toEqual({
      code: 8,
      message: 'full',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.500s' }],
    });
  });
});
