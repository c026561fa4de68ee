// The built UI in Chromium against made-up telemetry: nothing overflows, keys work, back and forward
// work, errors are underlined, long queries can be stopped, large answers stay small in the page.
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, type PageOptions, type WatchedPage } from '../lib/browser.ts';
import { startWebFixture, type WebFixture } from '../lib/web-fixture.ts';
import { largeTraceId, traceIdAt } from '../lib/web-fixture-traces.ts';

const webDir = fileURLToPath(new URL('../../dist/web', import.meta.url));
const quantile =
  'histogram_quantile(0.95, sum by (le) (rate(http_server_request_duration_seconds_bucket[5m])))';
const usual: PageOptions = { width: 1440, height: 900, colours: 'light' };

let browser: Browser;
let fixture: WebFixture;
let watched: WatchedPage | undefined;
/** While set, queries for ranges are not answered. */
let held: Promise<void> | undefined;

beforeAll(async () => {
  browser = await launchBrowser();
  fixture = await startWebFixture({
    webDir,
    hold: (path) => (path.endsWith('query_range') ? held : undefined),
  });
});
afterAll(async () => {
  await browser?.close();
  await fixture?.stop();
});
afterEach(async () => {
  held = undefined;
  const { problems, origins } = watched ?? { problems: [], origins: new Set() };
  await watched?.close();
  watched = undefined;
  expect(problems).toEqual([]);
  expect([...origins].filter((origin) => origin !== fixture.url)).toEqual([]);
});

async function open(path: string, options: PageOptions = usual): Promise<Page> {
  watched = await openPage(browser, options);
  await watched.page.goto(fixture.url + path);
  return watched.page;
}

const explore = (params: Record<string, string>): string =>
  `/explore?${new URLSearchParams(params)}`;
const param = (page: Page, name: string): string | null =>
  new URL(page.url()).searchParams.get(name);
/** What CSS makes of the background of the page. */
const background = (page: Page): Promise<string> =>
  page.evaluate<string>('getComputedStyle(document.body).backgroundColor');

/** Runs in the page: what reaches over its left or right edge. */
const elementsOutside = `
  [...document.querySelectorAll('main *, header *')]
    .filter((element) => {
      const box = element.getBoundingClientRect();
      // Fields behind a message are cut off where the line ends; a graph scrolls in its own frame.
      const isShown = box.width > 0 && !element.closest('svg, .cm-editor, .log-inline, .service-graph');
      return isShown && (box.right > innerWidth + 1 || box.left < -1);
    })
    .map((element) => element.tagName + '.' + element.className)
`;

describe('every page fits', () => {
  const views: readonly (readonly [string, string, string])[] = [
    ['landing', '/', '.overview-card path[d^=M]'],
    ['metrics', explore({ q: quantile }), '.exemplar'],
    ['logs', '/explore?mode=logs', '.log-line'],
    ['traces', '/explore?mode=traces', '.trace-table-row'],
    [
      'trace',
      `/trace/${traceIdAt(1.8e12)}?span=${traceIdAt(1.8e12).slice(0, 16)}`,
      '.span-details',
    ],
    ['services', '/services?service=service-2', '.service-box'],
    ['status', '/status', '.status-ports'],
  ];
  for (const [width, height] of [
    [1440, 900],
    [1024, 700],
  ] as const) {
    for (const [name, path, sign] of views) {
      it(`${name} at ${width} × ${height}`, async () => {
        const page = await open(path, { width, height, colours: 'dark' });
        await page.waitForSelector(sign);
        const outside = await page.evaluate<string[]>(elementsOutside);
        expect(outside).toEqual([]);
      });
    }
  }
});

describe('metrics', () => {
  it('zooms by dragging, and back goes back', async () => {
    const page = await open(explore({ q: quantile }));
    await page.waitForSelector('.exemplar');
    const box = await page.locator('.u-over').boundingBox();
    if (box === null) throw new Error('there is no plot');
    await page.mouse.move(box.x + box.width * 0.3, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/from=\d+/);
    const length = Number(param(page, 'to')) - Number(param(page, 'from'));
    expect(length).toBeGreaterThan(200_000);
    expect(length).toBeLessThan(340_000);
    await page.goBack();
    await page.waitForSelector('.exemplar');
    expect(param(page, 'q')).toBe(quantile);
    expect(param(page, 'from')).toBeNull();
    await page.goForward();
    expect(param(page, 'from')).toMatch(/^\d+$/);
  });

  it('underlines where a query is wrong', async () => {
    const page = await open(explore({ q: 'summ(rate(orders_created_total[5m]))' }));
    expect(await page.locator('.note.error').textContent()).toContain('unknown function');
    expect(await page.locator('.cm-lintRange-error').textContent()).toBe('summ');
  });

  it('says why there is no answer, and what helps', async () => {
    const page = await open(explore({ q: 'orders_created' }));
    expect(await page.locator('.note.empty').textContent()).toContain('no metric named');
    await page.getByRole('link', { name: 'orders_created_total' }).click();
    await page.waitForSelector('.legend tbody tr');
  });

  it('shows that a query takes long, and stops it', async () => {
    let release = (): void => {};
    held = new Promise((done) => {
      release = done;
    });
    const page = await open(explore({ q: quantile, from: '1800000000000', to: '1800000900000' }));
    await page.waitForSelector('.progress-note');
    await page.keyboard.press('Escape');
    await page.getByText('You stopped the query.').waitFor();
    release();
    held = undefined;
    await page.getByRole('button', { name: 'Run it again' }).click();
    await page.waitForSelector('.legend tbody tr');
  });

  it('groups and filters without writing', async () => {
    const page = await open(explore({ q: 'sum (rate(orders_created_total[5m]))' }));
    await page.getByRole('button', { name: 'Group by ▾' }).click();
    await page.locator('.pick-panel').getByRole('button', { name: 'http_route' }).click();
    await page.waitForFunction("document.querySelectorAll('.legend tbody tr').length === 4");
    expect(param(page, 'q')).toBe('sum by (http_route) (rate(orders_created_total[5m]))');
  });
});

describe('logs', () => {
  it('narrows to a value and reads older lines', async () => {
    const page = await open('/explore?mode=logs&from=now-3h');
    await page.locator('.log-line').first().click();
    await page.getByRole('button', { name: /^Only lines with service_name/ }).click();
    await page.waitForURL(/service_name%3D%22/);
    const lines = page.locator('.explore-foot');
    await lines.getByText('500 newest lines').waitFor();
    await page.locator('.log-list').evaluate((list) => list.scrollTo(0, list.scrollHeight));
    await page.getByRole('button', { name: 'Load older lines' }).click();
    await lines.getByText('1,000 newest lines').waitFor();
    expect(await page.locator('.log-line').count()).toBeLessThan(120);
  });
});

describe('traces', () => {
  it('keeps a trace of 5,000 spans small in the page, and closes parts of it', async () => {
    const page = await open(`/trace/${largeTraceId}`);
    await page.waitForSelector('.waterfall-row');
    expect(await page.getByText('5,000 spans').count()).toBe(1);
    expect(await page.locator('.waterfall-row').count()).toBeLessThan(120);
    await page.locator('.waterfall-caret').first().click();
    await page.getByText('+99').waitFor();
    expect(await page.locator('.waterfall-row').nth(1).textContent()).toContain('request 1');
  });

  it('moves through spans by keys', async () => {
    const page = await open(`/trace/${traceIdAt(1.8e12)}`);
    await page.locator('.waterfall-label').first().click();
    await page.locator('.waterfall').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('j');
    expect(await page.locator('.span-details h2').textContent()).toBe('POST /orders');
    await page.keyboard.press('Escape');
    await page.waitForFunction("document.querySelector('.span-details') === null");
  });

  it('says that a trace is not there', async () => {
    const page = await open(`/trace/${'a'.repeat(32)}`);
    await page.getByText('There is no trace with this id.').waitFor();
  });
});

describe('keys', () => {
  it('reach everything', async () => {
    const page = await open('/');
    await page.waitForSelector('.overview-card');
    await page.waitForSelector('.cm-content');
    await page.keyboard.press('/');
    await page.waitForFunction("document.activeElement?.classList.contains('cm-content')");
    await page.keyboard.press('Escape');
    await page.keyboard.press('t');
    await page.waitForSelector('.time-range-panel');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.waitForSelector('dialog[open]');
    await page.keyboard.press('Escape');
    await page.keyboard.press('2');
    await page.waitForSelector('.log-line');
    await page.keyboard.press('3');
    await page.waitForSelector('.trace-table-row');
    const light = await background(page);
    await page.keyboard.press('d');
    expect(await background(page)).not.toBe(light);
    await page.reload();
    expect(await background(page)).not.toBe(light);
  });
});

it('finds its way among 200 services', async () => {
  const page = await open('/services?from=now-24h');
  await page.getByText('241 services are too many to draw').waitFor();
  const rows = page.locator('.edge-table-row');
  await rows.first().waitFor();
  expect(await rows.count()).toBeLessThan(60);
  await page.getByLabel('Search services').fill('service-17');
  await page.keyboard.press('Enter');
  await page.locator('.service-box[aria-pressed=true]', { hasText: 'service-17' }).waitFor();
  expect(await page.locator('.service-box').count()).toBeLessThan(10);
  expect(param(page, 'service')).toBe('service-17');
  await page.getByLabel('Search services').press('Escape');
  await page.getByText('too many to draw').waitFor();
});

it('says so when a part of the page cannot be loaded', async () => {
  const { page, close } = await openPage(browser, usual);
  try {
    await page.route('**/assets/LogsMode-*.js', (route) => route.abort());
    await page.goto(`${fixture.url}/explore?mode=logs`);
    await page.getByText('This view cannot be loaded.').waitFor();
    await page.getByRole('link', { name: 'Traces' }).click();
    await page.locator('.trace-table-row').first().waitFor();
  } finally {
    await close();
  }
});

it('works under a path prefix, also when a trace is opened directly', async () => {
  const behind = await startWebFixture({ webDir, prefix: '/observe' });
  const { page, close } = await openPage(browser, usual);
  try {
    await page.goto(`${behind.url}/observe/trace/${traceIdAt(1.8e12)}`);
    await page.waitForSelector('.waterfall-row');
    await page.getByRole('link', { name: 'Logs of this trace' }).click();
    await page.waitForSelector('.log-line');
    expect(new URL(page.url()).pathname).toBe('/observe/explore');
  } finally {
    await close();
    await behind.stop();
  }
});
