// SQL of searches, as golden files: a change of a statement is a diff to read.
import { describe, expect, it } from 'vitest';
import { print } from '#sql/print.ts';
import { check } from '../check/check.ts';
import { planSearch } from '../plan/plan.ts';
import { parse } from '../syntax/parse.ts';
import { always } from './condition.ts';
import { compileCandidates, compileScopes, compileTraceSpans, isPushed } from './search.ts';
import { compileTags } from './tags.ts';
import { compileTrace } from './trace.ts';

const slice = {
  tenant: '',
  fromNano: 1_700_000_000_000_000_000n,
  toNano: 1_700_003_600_000_000_000n,
};
const range = { ...slice, fromNano: slice.fromNano - 3_600_000_000_000n };
const planOf = (query: string) => planSearch(check(parse(query)));
const golden = (name: string) => `./golden/${name}.sql`;

describe('candidates', () => {
  const sql = (name: string, query: string, pushDown = true) =>
    it(name, async () => {
      const options = { range, limit: 100, offset: 0, pushDown };
      const select = compileCandidates(planOf(query), slice, options);
      await expect(`-- ${query}\n${print(select)}\n`).toMatchFileSnapshot(golden(name));
    });
  sql('any', '{ }');
  sql('intrinsics', '{ name = "GET /" && duration > 100ms * 5 && kind = server && status != ok }');
  sql('attributes', '{ span.user =~ "a|b" && resource.service.name = "shop" && .size >= 2.5 }');
  sql('existence', '{ span.user != nil && !(resource.zone != nil) }');
  sql('events', '{ event:name = "exception" && event.retry != 3 && link:traceID = "00ab" }');
  sql('arithmetic', '{ span.sent - span.received > 10 * 2 || span.flag }');
  sql('whole-trace', '{ nestedSetParent < 0 && rootName = "GET /" && traceDuration > 2s }');
  sql('structure', '{ kind = server } >> { status = error } | count() > 2');
  sql('count', '{ status = error } | count() > 2');
  sql('never-pushed', '{ name = "GET /" }', false);
  sql('quoting', `{ span."it's" = "\\\\ ' \\u0005" && name = "''; DROP TABLE otel_spans" }`);
});

describe('what is read of candidates', () => {
  it('spans', async () => {
    const { needs } = planOf('{ .user = "a" && event.n > 1 } | select(link.w)');
    const select = compileTraceSpans(needs, [new Uint8Array(16).fill(7)], slice);
    await expect(`${print(select)}\n`).toMatchFileSnapshot(golden('trace-spans'));
  });
  it('scopes', async () => {
    await expect(`${print(compileScopes([1n, 2n ** 63n], slice))}\n`).toMatchFileSnapshot(
      golden('scopes'),
    );
  });
  it('one trace', async () => {
    const select = compileTrace('acme', [new Uint8Array(16).fill(255)]);
    await expect(`${print(select)}\n`).toMatchFileSnapshot(golden('trace'));
  });
  it('names of event attributes', async () => {
    const select = compileTags('event', {
      range: slice,
      filter: always,
      condition: undefined,
      compile: () => always,
      limit: 10,
    });
    await expect(`${print(select)}\n`).toMatchFileSnapshot(golden('event-tags'));
  });
});

describe('isPushed', () => {
  const pushed = (query: string, expected: boolean) =>
    it(query, () => expect(isPushed(planOf(query))).toBe(expected));
  pushed('{ }', true);
  pushed('{ .a = 1 && (resource.b != "x" || !(span.c > 2)) }', true);
  pushed('{ duration > 1s } | select(span.a)', true);
  pushed('{ traceDuration > 1s && nestedSetParent = -1 }', true);
  pushed('{ span.a = span.b }', false);
  pushed('{ span.a / 2 = 3 }', false);
  pushed('{ rootName = "x" }', false);
  pushed('{ childCount > 1 }', false);
  pushed('{ } | count() > 1', false);
  pushed('{ } && { }', false);
});
