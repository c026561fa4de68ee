// The statements of the catalogue, as golden files.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { print } from '#sql/print.ts';
import type { Select } from '#sql/tree.ts';
import { parseSelector } from '../catalog.ts';
import { compileCardinality } from './cardinality.ts';
import {
  type CatalogSelection,
  compileExemplarSeries,
  compileExemplars,
  compileLabelNames,
  compileLabelValues,
  compileSeriesList,
} from './catalog.ts';

const scope = { tenant: 'a', isStrict: true };
const fromMs = Date.UTC(2026, 0, 10, 12);
const hours = (count: number): CatalogSelection => ({
  selectors: [parseSelector('up{job="x"}')],
  fromMs,
  toMs: fromMs + count * 3_600_000,
  limit: 11,
});
const everything: CatalogSelection = { ...hours(1), selectors: [], limit: undefined };

const golden = (name: string, ...selects: readonly Select[]) =>
  test(name, async () => {
    const file = join(import.meta.dirname, 'golden', `${name}.sql`);
    await expect(`${selects.map(print).join(';\n\n')};\n`).toMatchFileSnapshot(file);
  });

golden('catalog-label-names', compileLabelNames(everything, scope));
golden('catalog-label-values', compileLabelValues('job', hours(1), scope));
golden('catalog-metric-names', compileLabelValues('__name__', everything, scope));
golden('catalog-series-of-an-hour', compileSeriesList(hours(1), scope));
golden('catalog-series-of-a-week', compileSeriesList(hours(168), scope));
golden('catalog-cardinality', ...Object.values(compileCardinality({ tenant: 'a', limit: 10 })));
golden(
  'catalog-exemplars',
  compileExemplars({ matchers: parseSelector('up'), fromMs, toMs: fromMs + 1 }, scope),
);
golden(
  'catalog-exemplar-series',
  compileExemplarSeries({ matchers: parseSelector('up'), fromMs, toMs: fromMs + 1 }, scope),
);
