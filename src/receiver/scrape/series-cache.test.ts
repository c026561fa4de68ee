import { expect, it } from 'vitest';
import { SeriesCache } from './series-cache.ts';

it('forgets starts of pages that fail before their first line, too', () => {
  const cache = new SeriesCache();
  for (let scrape = 0; scrape < 10; scrape++) {
    for (let i = 0; i < 1000; i++) {
      cache.startLines.set(`c_created{x="${scrape} ${i}"}`, { timeMs: 1 });
      cache.starts.set(`c{x="${scrape} ${i}"}`, { timeMs: 1 });
    }
    cache.forgetPage();
    cache.fail();
  }
  expect(cache.startLines.size).toBeLessThanOrEqual(2000);
  expect(cache.starts.size).toBeLessThanOrEqual(2000);
});
