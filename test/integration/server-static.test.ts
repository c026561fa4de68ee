import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpRequest, HttpResponse, Route } from '#server/route.ts';
import { staticRoutes } from '#server/static.ts';

let folder: string;
let routes: readonly Route[];
const script = `console.log("${'x'.repeat(3000)}")`;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-static-'));
  await mkdir(join(folder, 'web', 'assets'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'web', 'index.html'), '<!doctype html><title>x</title>');
  await writeFile(join(folder, 'web', 'assets', 'index-B2cXy_9a.js'), script);
  await writeFile(join(folder, 'web', 'favicon.svg'), '<svg/>');
  routes = await staticRoutes(join(folder, 'web'));
});
afterAll(() => rm(folder, { recursive: true }));

const get = async (path: string, headers: Record<string, string> = {}): Promise<HttpResponse> => {
  const request: HttpRequest = {
    method: 'GET',
    path: `/${path}`,
    params: { '*': path },
    query: new URLSearchParams(),
    headers,
    tenant: '',
    signal: new AbortController().signal,
    body: async () => new Uint8Array(0),
    form: async () => new URLSearchParams(),
  };
  return (await routes[0]?.handle(request)) as HttpResponse;
};
const html = { accept: 'text/html,*/*' };

describe('staticRoutes', () => {
  it('the front page, asked for again every time', async () => {
    const response = await get('', html);
    expect(response).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
    });
  });
  it('a hashed asset, kept for ever, compressed when that is accepted', async () => {
    const response = await get('assets/index-B2cXy_9a.js', { 'accept-encoding': 'gzip' });
    expect(response.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'gzip',
      'content-type': 'text/javascript; charset=utf-8',
    });
    expect(gunzipSync(response.body as Uint8Array).toString()).toBe(script);
    const plain = await get('assets/index-B2cXy_9a.js');
    expect(Buffer.from(plain.body as Uint8Array).toString()).toBe(script);
  });
  it('304 when the browser has it', async () => {
    const etag = (await get('favicon.svg')).headers?.etag as string;
    expect(await get('favicon.svg', { 'if-none-match': etag })).toMatchObject({ status: 304 });
    expect(await get('favicon.svg', { 'if-none-match': '"other"' })).toMatchObject({ status: 200 });
  });
  it('pages of the application', async () => {
    for (const path of ['explore', 'explore/deep/er']) {
      expect((await get(path, html)).headers?.['content-type']).toContain('text/html');
    }
  });
  const missing = (path: string, headers: Record<string, string> = {}) =>
    it(`nothing at ${path}`, async () =>
      expect(get(path, headers)).rejects.toMatchObject({ code: 'http_not_found' }));
  missing('assets/missing.js', html);
  missing('api/v1/unknown', { accept: 'application/json' });
  missing('../secret.txt');
  missing('..\\secret.txt');
  missing('assets/../../secret.txt');
  missing('/etc/passwd');

  it('says that the web UI is not built', async () => {
    const [only] = await staticRoutes(join(folder, 'nowhere'));
    const request = { params: { '*': '' }, headers: html } as unknown as HttpRequest;
    await expect(only?.handle(request)).rejects.toMatchObject({
      hint: expect.stringContaining('npm run build'),
    });
  });
});
