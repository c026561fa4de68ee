import { describe, expect, it } from 'vitest';
import { encodeGrpcMessage, encodeStatusTrailers, parseGrpcTimeoutMs } from './grpc-status.ts';

describe('encodeGrpcMessage', () => {
  const encodes = (text: string, encoded: string) =>
    it(JSON.stringify(text), () => expect(encodeGrpcMessage(text)).toBe(encoded));
  encodes('plain text, ~ and all', 'plain text, ~ and all');
  encodes('100%', '100%25');
  encodes('line\nbreak', 'line%0Abreak');
  encodes('é', '%C3%A9');
  encodes('', '');
});

describe('encodeStatusTrailers', () => {
  it('OK has no message', () =>
    expect(encodeStatusTrailers({ status: 'OK', message: 'x' })).toEqual({ 'grpc-status': '0' }));
  it('an error has one', () =>
    expect(encodeStatusTrailers({ status: 'NOT_FOUND', message: 'x' })).toEqual({
      'grpc-status': '5',
      'grpc-message': 'x',
    }));
  it('details only with a time to come back, in base64 without padding', () => {
    const trailers = encodeStatusTrailers({
      status: 'UNAVAILABLE',
      message: 'x',
      retryAfterMs: 250,
    });
    expect(trailers['grpc-status-details-bin']).toMatch(/^[\w+/]+$/);
  });
});

describe('parseGrpcTimeoutMs', () => {
  const parses = (text: string | undefined, ms: number | undefined) =>
    it(`${text}`, () => expect(parseGrpcTimeoutMs(text)).toBe(ms));
  parses('5S', 5000);
  parses('250m', 250);
  parses('1H', 3_600_000);
  parses('2M', 120_000);
  parses('500u', 0.5);
  parses('99999999n', 99.999999);
  parses(undefined, undefined);
  parses('', undefined);
  parses('123456789S', undefined);
  parses('5', undefined);
  parses('-5S', undefined);
});
