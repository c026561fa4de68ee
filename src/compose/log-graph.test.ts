import { expect, it } from 'vitest';
import type { CollectedEntry, EntrySink } from '#pipeline/log/entry.ts';
import { fanOut } from './log-graph.ts';

function entryOf(line: string) {
  let held = 1;
  const entry: CollectedEntry = {
    labels: new Map([['app', 'a']]),
    timeNano: 1n,
    line,
    metadata: [['k', 'v']],
    tenant: 't',
    receipt: { hold: () => void held++, release: () => void held-- },
  };
  return { entry, held: () => held };
}

it('holds an entry once for each sink, before any can let go of it', async () => {
  const { entry, held } = entryOf('x');
  const seen: [CollectedEntry, number][] = [];
  const sink: EntrySink = {
    write: async ([got]) => {
      seen.push([got as CollectedEntry, held()]);
      got?.receipt.release();
    },
  };
  await fanOut([sink, sink, sink]).write([entry]);
  expect(seen.map(([, count]) => count)).toEqual([3, 2, 1]);
  expect(held()).toBe(0);
  const [[first], [second]] = seen as [(typeof seen)[0], (typeof seen)[0]];
  expect(second).toEqual({ ...first, receipt: second.receipt });
  expect(second.labels).not.toBe(first.labels);
  expect(second.metadata[0]).not.toBe(first.metadata[0]);
});

it('lets go of entries that nobody takes', async () => {
  const { entry, held } = entryOf('x');
  await fanOut([]).write([entry]);
  expect(held()).toBe(0);
});
