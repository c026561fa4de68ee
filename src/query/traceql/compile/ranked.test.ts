// SQL of searches in other orders and of what a parent is asked for, as golden files.
import { expect, it } from 'vitest';
import { print } from '#sql/print.ts';
import { check } from '../check/check.ts';
import { planSearch } from '../plan/plan.ts';
import { parse } from '../syntax/parse.ts';
import { compileRanked } from './ranked.ts';
import { compileCandidates } from './search.ts';

const fromNano = 1_700_000_000_000_000_000n;
const hourNano = 3_600_000_000_000n;
const range = { tenant: '', fromNano, toNano: fromNano + hourNano };
const whole = { tenant: '', fromNano: fromNano - hourNano, toNano: fromNano + 2n * hourNano };
const planOf = (query: string, isStrict = false) =>
  planSearch(check(parse(query, { isStrict }), { isStrict }));

const golden = (name: string, query: string, compile: () => Parameters<typeof print>[0]) =>
  it(name, () =>
    expect(`-- ${query}\n${print(compile())}\n`).toMatchFileSnapshot(`./golden/${name}.sql`),
  );

const ranked = '{ status = error }';
golden('ranked', ranked, () =>
  compileRanked(planOf(ranked), {
    order: 'duration',
    candidates: range,
    whole,
    range,
    after: { key: 5_000_000_000n, traceId: 'ab'.repeat(16) },
    limit: 100,
    pushDown: true,
  }),
);

const page = { range: whole, limit: 100, offset: 0, pushDown: true };
golden('next-page', ranked, () =>
  compileCandidates(planOf(ranked), range, { ...page, startedBefore: fromNano }),
);

const parent = '{ parent.span.user = "ann" && parent.name != "x" && parent.rootName = "y" }';
golden('parent', parent, () => compileCandidates(planOf(parent), range, page));

const together = '{ event:name = "retry" && event.n > 2 && link.w = 1 && kind = server }';
golden('one-event', together, () => compileCandidates(planOf(together), range, page));

const typed = '{ span.size > 2 }';
golden('typed', typed, () => compileCandidates(planOf(typed, true), range, page));
