import { expect, it } from 'vitest';
import type { HttpRequest } from '#server/route.ts';
import { createRouter } from '#server/router.ts';
import { jaegerPages } from './pages.ts';

const router = createRouter([{ prefix: '', routes: jaegerPages(() => '3000') }]);

async function locationOf(address: string, host = 'traces.example:16686'): Promise<string> {
  const url = new URL(address, 'http://x');
  const found = router.match('GET', url.pathname);
  if (found.kind !== 'found') throw new Error(`nothing at ${address}`);
  const { route, params, path } = found;
  const headers = { host };
  const request = { params, path, query: url.searchParams, headers } as unknown as HttpRequest;
  const { status, headers: sent } = await route.handle(request);
  expect(status).toBe(302);
  return sent?.location ?? '';
}

const leads = (name: string, address: string, to: string) =>
  it(name, async () => expect(await locationOf(address)).toBe(`//traces.example:3000${to}`));

leads('the front page', '/', '/explore?mode=traces');
leads('a trace', '/trace/5B8EFFF798038103?uiEmbed=v0', '/trace/5B8EFFF798038103');
leads('a span of it', '/trace/abc?uiFind=eee19b7ec3c1b174', '/trace/abc?span=eee19b7ec3c1b174');
leads('two traces', '/trace/aa...bb', '/compare/aa/bb');
leads('dependencies', '/dependencies', '/services');

const searches = (
  name: string,
  address: string,
  query: string,
  range: Record<string, string> = {},
) =>
  it(`a search: ${name}`, async () => {
    const url = new URL(await locationOf(address), 'http://x');
    expect([url.pathname, Object.fromEntries(url.searchParams)]).toEqual([
      '/explore',
      { mode: 'traces', q: query, ...range },
    ]);
  });

searches('of everything', '/search', '{ }');
searches(
  'of a service',
  '/search?service=shop&operation=pay&limit=20&start=1700000000000000&end=1700000060000000',
  '{ resource.service.name = `shop` && name = `pay` }',
  { from: '1700000000000', to: '1700000060000' },
);
searches(
  'of all operations',
  '/search?service=shop&operation=all&lookback=2h',
  '{ resource.service.name = `shop` }',
  {
    from: 'now-2h',
    to: 'now',
  },
);
searches(
  'by duration',
  '/search?minDuration=1.5s&maxDuration=2s',
  '{ duration >= 1500ms && duration <= 2s }',
);
searches(
  'by tags',
  `/search?tag=http.status_code:500&tags=${encodeURIComponent('{"error":"true","zone":"a`b"}')}`,
  '{ (.http.status_code = `500` || .http.status_code = 500) && status = error && .zone = "a`b" }',
);

it('what cannot be read is left out', async () => {
  const address = '/search?service=a&minDuration=x&tags={&start=y&lookback=custom';
  expect(await locationOf(address)).toBe(
    `//traces.example:3000/explore?${new URLSearchParams({ mode: 'traces', q: '{ resource.service.name = `a` }' })}`,
  );
});

it('goes to its own path where the host is not known', async () => {
  expect(await locationOf('/', '')).toBe('/explore?mode=traces');
  expect(await locationOf('/', '[::1]:16686')).toBe('//[::1]:3000/explore?mode=traces');
});
