import { describe, expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import { route, textResponse } from './route.ts';
import { createRouter } from './router.ts';

const named = (methods: string[], path: string) => route(methods, path, () => textResponse(path));

const router = createRouter([
  {
    prefix: '',
    routes: [
      named(['GET'], '/'),
      named(['GET'], '/api/health'),
      named(['GET'], '/api/:name'),
      named(['POST'], '/api/:id'),
      named(['GET'], '/*'),
    ],
  },
  {
    prefix: '/loki',
    routes: [
      named(['GET', 'POST'], '/api/v1/query'),
      named(['GET'], '/api/v1/label/:name/values'),
      named(['GET'], '/api/v1/label/known/other'),
    ],
  },
  { prefix: '/loki/deep', routes: [named(['GET'], '/x')] },
]);

describe('match', () => {
  const found = (method: string, path: string, pattern: string, params = {}) =>
    it(`${method} ${path}`, () => {
      const match = router.match(method, path);
      expect(match.kind).toBe('found');
      if (match.kind !== 'found') return;
      expect(match.mount.prefix + match.route.path).toBe(pattern);
      expect(match.params).toEqual(params);
    });
  const method = (verb: string, path: string, allow: string[]) =>
    it(`${verb} ${path} is not allowed`, () =>
      expect(router.match(verb, path)).toMatchObject({ kind: 'method', allow }));
  const none = (path: string) =>
    it(`${path} is nothing`, () => expect(router.match('GET', path).kind).toBe('none'));

  found('GET', '/', '/');
  found('GET', '/api/health', '/api/health');
  found('GET', '/api/other', '/api/:name', { name: 'other' });
  found('POST', '/api/other', '/api/:id', { id: 'other' });
  found('GET', '/deep/er/path.js', '/*', { '*': 'deep/er/path.js' });
  found('GET', '/api/a/b', '/*', { '*': 'api/a/b' });
  found('HEAD', '/api/health', '/api/health');
  found('GET', '/loki/api/v1/query', '/loki/api/v1/query');
  found('GET', '/loki/api/v1/label/a%2Fb%20c/values', '/loki/api/v1/label/:name/values', {
    name: 'a/b c',
  });
  found('GET', '/loki/api/v1/label/known/values', '/loki/api/v1/label/:name/values', {
    name: 'known',
  });
  found('GET', '/loki/deep/x', '/loki/deep/x');
  found('GET', '/lokix', '/*', { '*': 'lokix' });
  method('DELETE', '/loki/api/v1/query', ['GET', 'HEAD', 'OPTIONS', 'POST']);
  method('POST', '/api/health', ['GET', 'HEAD', 'OPTIONS']);
  none('/loki');
  none('/loki/unknown');
  none('/loki/api/v1/label//values');

  it('refuses bad percent-encoding', () =>
    expect(() => router.match('GET', '/api/%zz')).toThrow(InputError));
});
