import { describe, expect, it } from 'vitest';
import { check } from '#query/traceql/check/check.ts';
import { parse } from '#query/traceql/syntax/parse.ts';
import { fieldOfTag, toTraceql } from './legacy-tags.ts';

describe('toTraceql', () => {
  const becomes = (params: Record<string, string>, query: string | undefined) =>
    it(JSON.stringify(params), () => {
      const actual = toTraceql(new URLSearchParams(params));
      expect(actual).toBe(query);
      if (actual) check(parse(actual, { isStrict: true }));
    });
  becomes({}, undefined);
  becomes({ tags: ' ' }, undefined);
  becomes({ tags: 'a.b=1' }, '{ span."a.b" = "1" || resource."a.b" = "1" }');
  becomes(
    { tags: 'name="charge \\"card\\"" status.code=error' },
    '{ name = "charge \\"card\\"" } && { status = error }',
  );
  becomes({ tags: 'root.service.name=x' }, '{ rootServiceName = "x" }');
  becomes(
    { minDuration: '1.5s', maxDuration: '2m' },
    '{ traceDuration >= 1500000000ns } && { traceDuration <= 120000000000ns }',
  );

  const refuses = (params: Record<string, string>, message: string) =>
    it(`refuses ${JSON.stringify(params)}`, () =>
      expect(() => toTraceql(new URLSearchParams(params))).toThrow(
        expect.objectContaining({ code: 'tempo_parameter', message }),
      ));
  refuses({ tags: 'a="x' }, 'invalid tags: unterminated quoted value at pos 5');
  refuses({ tags: 'a=1 b' }, 'invalid tags: unexpected text at pos 4');
  refuses({ maxDuration: 'x' }, 'invalid maxDuration: time: invalid duration "x"');
  refuses(
    { minDuration: '2s', maxDuration: '1s' },
    'invalid maxDuration: must be greater than minDuration',
  );
});

describe('fieldOfTag', () => {
  const means = (tag: string, field: string) => it(tag, () => expect(fieldOfTag(tag)).toBe(field));
  means('service.name', 'resource.service.name');
  means('k8s.pod.name', 'resource.k8s.pod.name');
  means('http.status_code', 'span.http.status_code');
  means('rootName', 'rootName');
  means('name', 'name');
  means('status.code', 'status');
  means('a"b', '."a\\"b"');
  means('constructor', '."constructor"');
});
