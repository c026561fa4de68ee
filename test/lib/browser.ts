// A Chromium for tests: headless, without a single request of its own, and a page that remembers what
// went wrong on it.

import { type Browser, chromium, type Page } from 'playwright-core';

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
    ],
  });

export interface PageOptions {
  readonly width: number;
  readonly height: number;
  readonly colours: 'light' | 'dark';
}

export interface WatchedPage {
  readonly page: Page;
  /** Errors thrown or logged on the page; answers that are errors are not among them. */
  readonly problems: readonly string[];
  /** Origins that were asked for anything. */
  readonly origins: ReadonlySet<string>;
  close(): Promise<void>;
}

export async function openPage(browser: Browser, options: PageOptions): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: options.width, height: options.height },
    colorScheme: options.colours,
  });
  const page = await context.newPage();
  const problems: string[] = [];
  const origins = new Set<string>();
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return;
    problems.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) origins.add(new URL(request.url()).origin);
  });
  return { page, problems, origins, close: () => context.close() };
}
