// Serves the files of one folder: the built web UI. They are read once, so that a path can only
// ever name a file that was there; what looks like a page of the application gets index.html.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { InputError } from '#lib/errors.ts';
import { acceptsGzip, compressMinBytes } from './respond.ts';
import { type HttpRequest, type HttpResponse, type Route, route } from './route.ts';

const gzipAsync = promisify<Uint8Array, Buffer>(gzip);

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};
const packedExtensions = new Set(['.png', '.woff2', '.ico']);

interface StaticFile {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly etag: string;
  /** The name holds a hash of the content: it can be kept for ever. */
  readonly isImmutable: boolean;
  gzipped: Promise<Uint8Array> | undefined;
}

/** A build puts a hash of 8 or more characters before the extension: `index-B2cXy_9a.js`. */
const hashedName = /[-.][\w-]{8,}\.\w+$/;

/** One route for everything below `folder`; without the folder it answers 404 with a hint. */
export async function staticRoutes(folder: string): Promise<readonly Route[]> {
  const files = await readFolder(folder);
  const handle = (request: HttpRequest): Promise<HttpResponse> => answer(files, request);
  return [route(['GET'], '/*', handle)];
}

async function readFolder(folder: string): Promise<ReadonlyMap<string, StaticFile>> {
  const files = new Map<string, StaticFile>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).split(sep).join('/');
    const bytes = await readFile(path);
    files.set(name, {
      bytes,
      contentType: contentTypes[extname(name)] ?? 'application/octet-stream',
      etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
      isImmutable: name.startsWith('assets/') && hashedName.test(name),
      gzipped: undefined,
    });
  }
  return files;
}

async function answer(
  files: ReadonlyMap<string, StaticFile>,
  request: HttpRequest,
): Promise<HttpResponse> {
  const name = request.params['*'] || 'index.html';
  const file = files.get(name) ?? (isPage(name, request) ? files.get('index.html') : undefined);
  if (!file) {
    throw new InputError('http_not_found', `there is nothing at /${name.slice(0, 200)}`, {
      ...(files.size === 0 && { hint: 'The web UI is not built; `npm run build` does.' }),
    });
  }
  const headers: Record<string, string> = {
    'content-type': file.contentType,
    etag: file.etag,
    vary: 'accept-encoding',
    'cache-control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    'x-content-type-options': 'nosniff',
  };
  if (request.headers['if-none-match']?.includes(file.etag)) return { status: 304, headers };
  if (
    packedExtensions.has(extname(name)) ||
    file.bytes.length < compressMinBytes ||
    !acceptsGzip(request)
  ) {
    return { status: 200, headers, body: file.bytes };
  }
  file.gzipped ??= gzipAsync(file.bytes);
  return {
    status: 200,
    headers: { ...headers, 'content-encoding': 'gzip' },
    body: await file.gzipped,
  };
}

/** A navigation of a browser to a path of the application, not a missing file or API. */
function isPage(name: string, request: HttpRequest): boolean {
  const isFile = extname(name) !== '';
  return !isFile && (request.headers.accept ?? '').includes('text/html');
}
