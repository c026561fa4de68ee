// What the UI makes of the demo's traces: series, comparisons of spans, the service graph, and the way
// from a point of a derived metric to its spans. With SIGHTLINE_SCREENSHOTS=1 it waits for five minutes
// of telemetry and keeps pictures in docs/screenshots/.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { launchBrowser, openPage, type WatchedPage } from '../lib/browser.ts';
import { freePortOffset, type Program, startProgram } from '../lib/program.ts';
import { keepPicture, keepsPictures } from '../lib/web-pictures.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'sightline-web-traces-'));
const calls = 'sum by (service) (rate(traces_spanmetrics_calls_total[1m]))';

let program: Program;
let browser: Browser;
let watched: WatchedPage | undefined;

beforeAll(async () => {
  program = await startProgram({
    dataDir,
    portOffset: await freePortOffset(),
    args: ['--demo'],
  });
  browser = await launchBrowser();
  const age = keepsPictures ? 290 : 20;
  const hasErrors = 'count(traces_spanmetrics_calls_total{status_code="STATUS_CODE_ERROR"} > 0)';
  const edges = `count(traces_service_graph_request_total offset ${age}s > 1) >= 5`;
  await vi.waitUntil(async () => (await hasValue(hasErrors)) && (await hasValue(edges)), {
    timeout: 400_000,
    interval: 500,
  });
}, 460_000);
afterAll(async () => {
  await browser?.close();
  await program?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});
afterEach(async () => {
  const problems = watched?.problems ?? [];
  await watched?.close();
  watched = undefined;
  expect(problems).toEqual([]);
});

async function hasValue(query: string): Promise<boolean> {
  const response = await fetch(
    `${program.url}/prometheus/api/v1/query?${new URLSearchParams({ query })}`,
  );
  const { data } = (await response.json()) as { data: { result: readonly unknown[] } };
  return data.result.length > 0;
}

async function open(path: string, colours: 'light' | 'dark' = 'light'): Promise<Page> {
  watched = await openPage(browser, { width: 1440, height: 900, colours });
  await watched.page.goto(program.url + path);
  return watched.page;
}

const traces = (query: string): string =>
  `/explore?${new URLSearchParams({ mode: 'traces', from: 'now-5m', q: query })}`;
const queryOf = (page: Page): string => new URL(page.url()).searchParams.get('q') ?? '';
const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click();

describe('series of spans', () => {
  it('are drawn by service, and an exemplar leads to its trace', async () => {
    const page = await open(traces('{ kind = server }'));
    await page.locator('.trace-table-row').first().waitFor();
    await press(page, 'Rate');
    await page.locator('.legend-name', { hasText: 'order-service' }).waitFor();
    expect(queryOf(page)).toBe('{ kind = server } | rate() by (resource.service.name)');
    await page.locator('.exemplar').first().waitFor();
    await keepPicture(page, 'traces-rate');
    const exemplar = page.locator('.exemplar').last();
    const traceId = (await exemplar.getAttribute('aria-label'))?.replace('Trace ', '');
    await exemplar.click();
    await page.waitForURL(`**/trace/${traceId}**`);
    await page.locator('.waterfall-row').first().waitFor();
  });

  it('show quantiles of durations and buckets in words', async () => {
    const page = await open(traces('{}'));
    await press(page, 'Durations');
    await page.getByRole('button', { name: 'p99', exact: true }).waitFor();
    await page.goto(program.url + traces('{} | histogram_over_time(duration)'));
    await page
      .locator('.legend-name', { hasText: /^≤ [\d.]+ ms$/ })
      .first()
      .waitFor();
  });

  it('say where a query is wrong', async () => {
    const page = await open(traces('{} | rat()'));
    expect(await page.locator('.note.error').textContent()).toContain('unknown identifier');
    expect(await page.locator('.cm-lintRange-error').textContent()).toBe('rat');
  });

  it('completes functions and the attributes that they are about', async () => {
    const page = await open(traces('{}'));
    await page.locator('.cm-content').click();
    await page.keyboard.press('End');
    await page.keyboard.type(' | quan');
    await page.locator('.cm-tooltip-autocomplete', { hasText: 'quantile_over_time' }).waitFor();
    await page.keyboard.type('tile_over_time(dur');
    await page.locator('.cm-tooltip-autocomplete', { hasText: 'duration' }).waitFor();
  });
});

describe('spans compared with others', () => {
  it('tell what errors have in common; a click narrows the search', async () => {
    const page = await open(traces('{}'), 'dark');
    await press(page, 'Compare');
    const block = page.getByRole('region', { name: 'resource.service.name', exact: true });
    await block.waitFor();
    expect(queryOf(page)).toBe('{} | compare({ status = error })');
    expect(await page.getByRole('region', { name: 'status', exact: true }).count()).toBe(0);
    await keepPicture(page, 'traces-compare-dark');
    await block.getByRole('button', { name: 'order-service' }).click();
    await page.waitForURL(/order-service/);
    expect(queryOf(page)).toBe(
      '{ resource.service.name = "order-service" } | compare({ status = error })',
    );
    await page.goBack();
    await press(page, 'The slowest tenth');
    await page.waitForURL(/duration/);
    expect(queryOf(page)).toMatch(/^\{\} \| compare\(\{ duration > [\d.]+(?:us|ms|s) \}\)$/);
    await page.locator('.span-compare-line').first().waitFor();
  });

  it('says why there is nothing to see', async () => {
    const page = await open(traces('{} | compare({ name = "no such span" })'));
    await page.getByText('No span fits the selection.').waitFor();
    await press(page, 'Show the traces');
    await page.locator('.trace-table-row').first().waitFor();
  });
});

describe('services', () => {
  it('are a graph with databases and users, and a service shows what it talks with', async () => {
    const page = await open('/services?from=now-5m');
    await page.locator('.service-box', { hasText: 'order-service' }).waitFor();
    expect(await page.locator('.service-box.database').count()).toBe(3);
    expect(await page.locator('.service-box.virtual').allTextContents()).toHaveLength(1);
    await keepPicture(page, 'services');
    await page.locator('.service-box', { hasText: 'user-service' }).click();
    await page.waitForURL(/service=user-service/);
    expect(await page.locator('.edge-table-row').count()).toBe(2);
    await page.getByRole('button', { name: 'Spans from order-service to user-service' }).click();
    await page.waitForURL(/mode=traces/);
    await page.locator('.trace-table-row').first().waitFor();
    await page.goBack();
    await page.locator('.services-bar').getByRole('link', { name: 'Traces' }).click();
    await page.waitForURL(/mode=traces/);
    expect(queryOf(page)).toBe('{ resource.service.name = "user-service" }');
  });

  it('say how they come to be when there are none', async () => {
    const page = await open('/services?from=1500000000000&to=1500000900000');
    await page.getByText('No requests between services in this time range.').waitFor();
  });
});

describe('a point of a metric made of traces', () => {
  it('leads to the spans behind it', async () => {
    const page = await open(`/explore?${new URLSearchParams({ from: 'now-5m', q: calls })}`);
    await page.locator('.legend-action').first().waitFor();
    const box = await page.locator('.u-over').boundingBox();
    if (box === null) throw new Error('there is no plot');
    await page.mouse.move(box.x + box.width - 40, box.y + 60);
    await page.locator('.chart-tooltip').waitFor();
    await page.mouse.down();
    await page.mouse.up();
    await page.locator('.point-menu').waitFor();
    await keepPicture(page, 'metrics-point');
    await page.locator('.point-menu button').click();
    await page.waitForURL(/mode=traces/);
    expect(queryOf(page)).toMatch(/^\{ resource\.service\.name = `[a-z]+-service` \}$/);
    await page.locator('.trace-table-row').first().waitFor();
  });
});
