// Logs in the browser, of the built program: messages of lines that are JSON, from the text of a line to its
// trace and back, and live mode with a pause and a connection that is lost. With
// SIGHTLINE_SCREENSHOTS=1 pictures are kept in docs/screenshots/.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page, WebSocketRoute } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { launchBrowser, openPage, type WatchedPage } from '../lib/browser.ts';
import { freePortOffset, type Program, startProgram } from '../lib/program.ts';

const keepsPictures = process.env['SIGHTLINE_SCREENSHOTS'] === '1';
const pictureDir = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), 'sightline-live-'));
const traceId = '7d1f6a2b9c3e4d508192a3b4c5d6e7f8';
const spanId = 'a1b2c3d4e5f60718';

let program: Program;
let browser: Browser;
let watched: WatchedPage | undefined;
let isOffline = false;

beforeAll(async () => {
  program = await startProgram({ dataDir, portOffset: await freePortOffset() });
  browser = await launchBrowser();
  await sendTrace();
  await push('shop', [
    JSON.stringify({ level: 50, time: 1, pid: 7, msg: 'cart is gone', cart: 42, traceId, spanId }),
    `level=warn msg="stock is low" trace_id=${traceId} span_id=${spanId}`,
    'nothing of a trace',
  ]);
});
afterAll(async () => {
  await browser?.close();
  await program?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});
afterEach(async () => {
  const { problems = [] } = watched ?? {};
  await watched?.close();
  watched = undefined;
  isOffline = false;
  expect(problems.filter((problem) => !problem.includes('WebSocket'))).toEqual([]);
});

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status, await response.text()).toBeLessThan(300);
}

const nowNano = (): bigint => BigInt(Date.now()) * 1_000_000n;

const push = (service: string, lines: readonly string[]): Promise<void> => {
  const now = nowNano();
  const values = lines.map((line, i) => [String(now + BigInt(i)), line]);
  return post(`${program.url}/loki/api/v1/push`, {
    streams: [{ stream: { service_name: service }, values }],
  });
};

const sendTrace = (): Promise<void> =>
  post(`http://127.0.0.1:${program.ports.otlpHttp}/v1/traces`, {
    resourceSpans: [
      {
        resource: {
          attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }],
        },
        scopeSpans: [
          {
            spans: [
              {
                traceId,
                spanId,
                name: 'GET /cart',
                kind: 2,
                startTimeUnixNano: String(nowNano() - 50_000_000n),
                endTimeUnixNano: String(nowNano()),
              },
            ],
          },
        ],
      },
    ],
  });

async function open(path: string, colours: 'light' | 'dark' = 'light'): Promise<Page> {
  watched = await openPage(browser, { width: 1440, height: 900, colours });
  await watched.page.goto(program.url + path);
  return watched.page;
}

async function keepPicture(page: Page, name: string): Promise<void> {
  if (keepsPictures) await page.screenshot({ path: join(pictureDir, `${name}.png`) });
}

const logsOf = (service: string, more: Record<string, string> = {}): string =>
  `/explore?${new URLSearchParams({ mode: 'logs', q: `{service_name="${service}"}`, ...more })}`;

const line = (page: Page, text: string) => page.locator('.log-line', { hasText: text });

describe('lines', () => {
  it('that are JSON show their message, and themselves when asked to', async () => {
    const page = await open(logsOf('shop'), 'dark');
    const cart = line(page, 'cart is gone');
    await cart.waitFor();
    expect(await cart.locator('.log-text').textContent()).toBe('cart is gone\u2002cart=42');
    expect(await cart.locator('.log-level-name').textContent()).toBe('error');
    await cart.click();
    expect(await page.locator('.log-details').textContent()).toContain(traceId);
    await keepPicture(page, 'log-details-dark');
    await page.keyboard.press('m');
    expect(await cart.locator('.log-text').textContent()).toContain('{"level":50');
    expect(new URL(page.url()).searchParams.get('raw')).toBe('1');
    await page.getByRole('button', { name: 'Only lines with cart 42' }).click();
    await page.waitForURL(/json/);
    await page.locator('.explore-foot').getByText('1 line', { exact: true }).waitFor();
  });

  it('lead to the trace that their text names, and the trace to them', async () => {
    const page = await open(logsOf('shop'));
    await line(page, 'stock is low').click();
    await page.getByRole('link', { name: 'Open the trace' }).click();
    await page.waitForURL(`**/trace/${traceId}?span=${spanId}**`);
    await page.locator('.span-details').waitFor();
    await page.getByRole('link', { name: 'Logs of this trace' }).click();
    await line(page, 'stock is low').waitFor();
    await line(page, 'cart is gone').waitFor();
    expect(await page.locator('.log-line').count()).toBe(2);
    await page.locator('.log-histogram-levels').getByText('error').waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'Logs of this span' }).click();
    await line(page, 'cart is gone').waitFor();
    expect(await page.locator('.log-line').count()).toBe(2);
  });
});

it('completes the functions of templates', async () => {
  const page = await open(
    logsOf('shop', { q: '{service_name="shop"} | line_format "{{ .cart | alig' }),
  );
  await page.locator('.cm-content').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.press('Control+End');
  await page.keyboard.type('n');
  await page.locator('.cm-tooltip-autocomplete').getByText('alignLeft').waitFor();
});

/** Opens live mode through a connection that the test can cut and write into. */
async function openLive(service: string, colours: 'light' | 'dark' = 'light') {
  const page = await open('/status', colours);
  const connections: WebSocketRoute[] = [];
  await page.routeWebSocket(/\/tail\?/, (socket) => {
    if (isOffline) {
      void socket.close({ code: 1011, reason: 'the test cut it' });
      return;
    }
    connections.push(socket);
    socket.connectToServer();
  });
  await page.goto(program.url + logsOf(service));
  await page.getByRole('button', { name: 'Live', exact: true }).click();
  return { page, connections };
}

const stateOf = (page: Page) => page.locator('.live-state');

describe('live mode', () => {
  it('shows lines as they come, waits while paused, and is kept in the address', async () => {
    await push('live', ['before']);
    const { page } = await openLive('live', 'dark');
    await line(page, 'before').waitFor();
    await stateOf(page).getByText('Live', { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get('live')).toBe('1');
    await push('live', ['first', JSON.stringify({ level: 'error', msg: 'second', n: 7 })]);
    await line(page, 'second').waitFor();
    expect(await page.locator('.log-line .log-text').allTextContents()).toEqual([
      'second\u2002n=7',
      'first',
      'before',
    ]);
    await page.keyboard.press('p');
    await stateOf(page).getByText('Paused').waitFor();
    await push('live', ['third', 'fourth']);
    await page.getByText('2 new, not shown yet').waitFor();
    expect(await line(page, 'third').count()).toBe(0);
    await keepPicture(page, 'live-dark');
    await page.getByRole('button', { name: 'Go on' }).click();
    await line(page, 'fourth').waitFor();
    await page.keyboard.press('l');
    await page.locator('.live-bar').waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('live')).toBeNull();
    await line(page, 'fourth').waitFor();
    await page.goBack();
    await page.locator('.live-bar').waitFor();
    await line(page, 'fourth').waitFor();
  });

  it('connects again, says so, and then shows what came meanwhile', async () => {
    await push('lost', ['before']);
    const { page, connections } = await openLive('lost');
    await line(page, 'before').waitFor();
    isOffline = true;
    await connections[0]?.close({ code: 1001, reason: 'going away' });
    await stateOf(page).getByText('The connection was lost').waitFor();
    await push('lost', ['meanwhile']);
    isOffline = false;
    await line(page, 'meanwhile').waitFor();
    await stateOf(page).getByText('Live', { exact: true }).waitFor();
    expect(await page.locator('.log-line').count()).toBe(2);
  });

  it('says how many lines were left out', async () => {
    const { page, connections } = await openLive('slow');
    await page.getByText('No lines yet.').waitFor();
    await vi.waitUntil(() => connections.length > 0);
    const dropped_entries = [1, 2, 3].map((i) => ({ timestamp: String(i), labels: {} }));
    connections[0]?.send(JSON.stringify({ streams: [], dropped_entries }));
    await page.getByText('3 left out, this page was too slow').waitFor();
  });

  it('says what is wrong with a query, and that counts cannot be followed', async () => {
    const page = await open(logsOf('shop', { live: '1', q: '{service_name="shop"} | nope=' }));
    expect(await page.locator('.note.error').textContent()).toContain('parse error');
    const counts = 'count_over_time({service_name="shop"}[1m])';
    await page.goto(program.url + logsOf('shop', { live: '1', q: counts }));
    await page.getByText('Live mode follows lines, and this query counts them.').waitFor();
  });
});
