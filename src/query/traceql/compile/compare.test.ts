// SQL of compare(), as golden files.
import { describe, expect, it } from 'vitest';
import { print } from '#sql/print.ts';
import { check } from '../check/check.ts';
import { instantInterval, intervalsBetween } from '../metrics/interval.ts';
import { planMetrics } from '../metrics/plan.ts';
import { parse } from '../syntax/parse.ts';
import { compileCompare } from './compare.ts';

const hour = intervalsBetween({
  fromNano: 1_700_000_000_000_000_000n,
  toNano: 1_700_003_600_000_000_000n,
  stepNano: 60_000_000_000n,
});
const { firstNano, endNano } = hour;
const spread = 3_600_000_000_000n;
const around = { tenant: '', fromNano: firstNano - spread, toNano: endNano + spread };

function compiled(query: string, intervals = hour) {
  const { root } = check(parse(query)).query;
  const node = root.kind === 'metrics' ? planMetrics(root) : undefined;
  if (node?.kind !== 'function') throw new Error(`no function in ${query}`);
  return compileCompare(node.plan, intervals, { around });
}

describe('statements', () => {
  const query = '{ kind = server } | compare({ status = error }, 5)';
  for (const name of ['origins', 'names', 'roots', 'attributes'] as const) {
    it(name, async () => {
      const found = compiled(query)?.[name];
      if (!found) throw new Error(`not compiled: ${query}`);
      await expect(`-- ${query}\n${print(found)}\n`).toMatchFileSnapshot(
        `./golden/compare-${name}.sql`,
      );
    });
  }

  it('one interval, part of the time selected', () => {
    const names = compiled(
      '{ } | compare({ }, 5, 7, 9)',
      instantInterval(firstNano, endNano),
    )?.names;
    expect(names && print(names)).toContain(
      'toUInt8((true AND (start_unix_nano >= 7) AND (start_unix_nano < 9))) AS selected, 0 AS step,',
    );
  });
});

describe('what is left to evaluation', () => {
  const left = (query: string) => it(query, () => expect(compiled(query)).toBeUndefined());
  left('{ } | compare({ rootName = "x" })');
  left('{ rootName = "x" } | compare({ status = error })');
  left('{ } >> { } | compare({ status = error })');
  left('{ } | compare({ traceDuration > 1s })');
  left('{ } | rate()');
});
