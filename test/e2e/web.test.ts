// A new user and the demo: metric → exemplar → trace → logs → back, without writing a query. With
// SIGHTLINE_SCREENSHOTS=1 it waits for five minutes of telemetry and keeps pictures in
// docs/screenshots/.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { launchBrowser, openPage } from '../lib/browser.ts';
import { freePortOffset, type Program, startProgram } from '../lib/program.ts';
import { keepPicture, keepsPictures } from '../lib/web-pictures.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'sightline-web-'));
const metric = 'http_server_request_duration_seconds';

let program: Program;
let browser: Browser;

beforeAll(async () => {
  program = await startProgram({
    dataDir,
    portOffset: await freePortOffset(),
    args: ['--demo'],
  });
  browser = await launchBrowser();
  const ageMs = keepsPictures ? 290_000 : 15_000;
  await vi.waitUntil(async () => (await oldestExemplarMs()) < Date.now() - ageMs, {
    timeout: 360_000,
    interval: 500,
  });
}, 420_000);
afterAll(async () => {
  await browser?.close();
  await program?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function ask<T>(path: string, params: Record<string, string>): Promise<T | undefined> {
  const response = await fetch(`${program.url}${path}?${new URLSearchParams(params)}`);
  return response.ok ? ((await response.json()) as T) : undefined;
}

interface ExemplarAnswer {
  readonly data: readonly { readonly exemplars: readonly { readonly timestamp: number }[] }[];
}

async function oldestExemplarMs(): Promise<number> {
  const now = Date.now() / 1000;
  const answer = await ask<ExemplarAnswer>('/prometheus/api/v1/query_exemplars', {
    query: `${metric}_bucket`,
    start: String(now - 900),
    end: String(now),
  });
  const times = (answer?.data ?? []).flatMap(({ exemplars }) => exemplars.map((e) => e.timestamp));
  return Math.min(...times) * 1000;
}

const queryOf = (page: Page): string => new URL(page.url()).searchParams.get('q') ?? '';

interface LogAnswer {
  readonly data: { readonly result: readonly unknown[] };
}

/** Not every request of the demo writes a line. */
async function hasLogs(traceId: string): Promise<boolean> {
  const query = `{service_name=~".+"} | trace_id="${traceId}"`;
  const answer = await ask<LogAnswer>('/loki/api/v1/query_range', { query, limit: '1' });
  return (answer?.data.result.length ?? 0) > 0;
}

/** Points at an exemplar whose trace and logs have arrived, and gives its trace id. */
async function pointAtExemplar(page: Page): Promise<string> {
  const labels = await page
    .locator('.exemplar')
    .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
  for (const label of labels) {
    const traceId = label.replace('Trace ', '');
    if (!(await hasLogs(traceId))) continue;
    await vi.waitUntil(() => ask(`/tempo/api/v2/traces/${traceId}`, {}), { timeout: 30_000 });
    await page.getByLabel(label).first().hover();
    await page.locator('.chart-tooltip').getByText(traceId).waitFor();
    return traceId;
  }
  throw new Error('no exemplar belongs to a trace with logs');
}

describe('a new user', () => {
  it('goes metric → exemplar → trace → logs → back without writing a query', async () => {
    const { page, problems, origins, close } = await openPage(browser, {
      width: 1440,
      height: 900,
      colours: 'light',
    });
    await page.goto(`${program.url}/?from=now-5m`);
    await page.locator('.overview-card path[d*=L]').first().waitFor();
    if (keepsPictures) {
      await page.waitForFunction("!document.querySelector('.overview-card:not(:has(path))')");
    }
    await keepPicture(page, 'explore-start');

    await page.locator('.overview-card', { hasText: metric }).first().click();
    await page.locator('.exemplar').first().waitFor();
    expect(queryOf(page)).toContain(`rate(${metric}_bucket[`);
    const traceId = await pointAtExemplar(page);
    await keepPicture(page, 'explore-metrics');

    await page.getByLabel(`Trace ${traceId}`).first().click();
    await page.waitForURL(`**/trace/${traceId}**`);
    await page.locator('.waterfall-row').first().waitFor();
    await page.locator('.span-details').waitFor();
    await keepPicture(page, 'trace');

    await page.getByRole('link', { name: 'Logs of this trace' }).click();
    await page.locator('.log-line').first().waitFor();
    expect(queryOf(page)).toContain(`trace_id="${traceId}"`);
    await page.locator('.log-line').first().click();
    expect(await page.locator('.log-details').textContent()).toContain(traceId);
    await keepPicture(page, 'trace-logs');

    await page.getByRole('link', { name: 'Open the trace' }).click();
    await page.waitForURL(`**/trace/${traceId}**`);
    await page.goBack();
    await page.locator('.log-line').first().waitFor();
    await page.goBack();
    await page.locator('.waterfall-row').first().waitFor();
    await page.goBack();
    await page.locator('.exemplar').first().waitFor();
    expect(queryOf(page)).toContain(metric);
    expect(problems).toEqual([]);
    expect([...origins]).toEqual([program.url]);
    await close();
  });

  it('finds a failed trace, its span, the logs of the span and the metrics of its service', async () => {
    const { page, problems, close } = await openPage(browser, {
      width: 1440,
      height: 900,
      colours: 'dark',
    });
    await page.goto(`${program.url}/explore?mode=traces&from=now-5m&refresh=5s`);
    await page.locator('.trace-table-row').first().waitFor();
    await keepPicture(page, 'explore-traces-dark');

    // Failures of the demo come and go: the page asks again until there are some.
    await page.getByLabel('Errors only').check();
    const failed = page.locator('.trace-table-row', { has: page.locator('.trace-table-errors') });
    await failed.first().click({ timeout: 90_000 });
    await page
      .locator('.waterfall-row', { has: page.locator('.waterfall-error') })
      .first()
      .waitFor();
    await page
      .locator('.waterfall-label', { has: page.locator('.waterfall-error') })
      .last()
      .click();
    expect(await page.locator('.span-error').textContent()).toContain('Error');
    await keepPicture(page, 'trace-dark');

    await page.getByRole('link', { name: 'Logs of this span' }).click();
    await page.waitForURL(/span_id/);
    await page.locator('.log-line, .note.empty').first().waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'Metrics of this service' }).click();
    await page.locator('.overview-card path[d*=L]').first().waitFor();
    await page.goto(`${program.url}/explore?mode=logs&from=now-5m`);
    await page.locator('.log-line').first().waitFor();
    await keepPicture(page, 'explore-logs-dark');
    expect(problems).toEqual([]);
    await close();
  });

  it('sees how Sightline itself is doing', async () => {
    const { page, close } = await openPage(browser, { width: 1024, height: 700, colours: 'light' });
    await page.goto(`${program.url}/status`);
    await page.getByText('OTLP over gRPC').waitFor();
    await keepPicture(page, 'status');
    await close();
  });
});
