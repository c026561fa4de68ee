// Everything that a page says, as plain values.
import type { PageFormat } from '#codec/exposition/content-type.ts';
import { openPage } from '#codec/exposition/open-page.ts';
import { entryKind, type Page } from '#codec/exposition/page.ts';

export interface SeenEntry {
  readonly kind: 'type' | 'help' | 'unit' | 'series' | 'histogram';
  readonly family?: string;
  readonly text?: string;
  readonly key?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value?: number;
  readonly timeMs?: number;
  readonly startMs?: number;
  readonly histogram?: unknown;
  readonly exemplars?: readonly unknown[];
}

export function entriesOf(
  page: string | Uint8Array,
  format: PageFormat,
  options = { nativeHistograms: true, alwaysClassic: false },
): SeenEntry[] {
  const bytes = typeof page === 'string' ? Buffer.from(page) : page;
  return seenEntries(openPage(bytes, format, options));
}

export function seenEntries(page: Page): SeenEntry[] {
  const seen: SeenEntry[] = [];
  for (;;) {
    const kind = page.next();
    if (kind === entryKind.end) return seen;
    if (kind === entryKind.sample || kind === entryKind.histogram) seen.push(seriesOf(page, kind));
    else {
      const name = kind === entryKind.type ? 'type' : kind === entryKind.help ? 'help' : 'unit';
      seen.push({ kind: name, family: page.family, text: page.text });
    }
  }
}

function seriesOf(page: Page, kind: number): SeenEntry {
  const exemplars = [];
  const labels = Object.fromEntries(page.labels());
  for (let next = page.exemplar(); next; next = page.exemplar()) {
    const { labels: pairs, value, timeMs } = next;
    exemplars.push({
      labels: Object.fromEntries(pairs),
      value,
      ...(timeMs === undefined ? {} : { timeMs }),
    });
  }
  return {
    kind: kind === entryKind.sample ? 'series' : 'histogram',
    key: Buffer.from(page.keyBytes.subarray(page.keyFrom, page.keyTo)).toString(),
    labels,
    ...(kind === entryKind.sample ? { value: page.value } : { histogram: page.histogram }),
    ...(page.hasTime ? { timeMs: page.timeMs } : {}),
    ...(page.startMs === undefined ? {} : { startMs: page.startMs }),
    ...(exemplars.length > 0 ? { exemplars } : {}),
  };
}
