import { describe, expect, it } from 'vitest';
import { corsHeaders, isPreflight, preflightHeaders } from './cors.ts';

describe('corsHeaders', () => {
  const allowed = (pattern: string, origin: string) =>
    it(`${pattern} lets ${origin} in`, () =>
      expect(corsHeaders({ allowedOrigins: [pattern] }, { origin })).toHaveProperty(
        'access-control-allow-origin',
        pattern === '*' ? '*' : origin,
      ));
  const refused = (pattern: string, origin: string | undefined) =>
    it(`${pattern} does not let ${origin} in`, () =>
      expect(corsHeaders({ allowedOrigins: [pattern] }, { origin })).toEqual({}));
  allowed('*', 'https://any.example');
  allowed('https://a.example', 'https://a.example');
  allowed('https://*.example', 'https://shop.eu.example');
  allowed('http://localhost:*', 'http://localhost:5173');
  allowed('https://*.a.*', 'https://x.a.org');
  refused('https://a.example', 'https://b.example');
  refused('https://a.example', 'https://a.example.evil');
  refused('https://*.example', 'https://evil.org');
  refused('https://*.example', 'https://.exampl');
  refused('https://ab*ba', 'https://aba');
  refused('*', undefined);

  it('tells caches that the answer depends on the origin', () => {
    const settings = { allowedOrigins: ['https://a.example'] };
    expect(corsHeaders(settings, { origin: 'https://a.example' }).vary).toBe('origin');
  });
});

describe('preflight', () => {
  const asks = { origin: 'https://a', 'access-control-request-method': 'POST' };
  it('is an OPTIONS with an origin and a method', () => {
    expect(isPreflight('OPTIONS', asks)).toBe(true);
    expect(isPreflight('GET', asks)).toBe(false);
    expect(isPreflight('OPTIONS', { origin: 'https://a' })).toBe(false);
  });
  it('grants the headers that were asked for', () => {
    const headers = { ...asks, 'access-control-request-headers': 'authorization' };
    expect(preflightHeaders(['GET', 'POST'], headers)).toMatchObject({
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization',
    });
  });
});
