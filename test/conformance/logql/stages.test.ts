// Our own cases of pipeline stages: stages.yaml.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { type Entry, EntryLabels } from '#query/logql/stage/entry.ts';
import { compilePipeline } from '#query/logql/stage/index.ts';
import { parse } from '#query/logql/syntax/parser.ts';

interface Case {
  readonly pipeline: string;
  readonly line: string;
  readonly labels?: Record<string, string>;
  readonly metadata?: Record<string, string>;
  readonly keep?: false;
  readonly want?: Record<string, string>;
  readonly out?: string;
}

const text = readFileSync(new URL('stages.yaml', import.meta.url), 'utf8');

describe('stages', () => {
  for (const one of parseYaml(text) as Case[]) {
    it(`${one.pipeline} of ${one.line}`, () => {
      const log = parse(`{a="b"} ${one.pipeline}`);
      if (log.kind !== 'log') throw new Error('no log query');
      const entry: Entry = {
        line: one.line,
        timeNano: 0n,
        labels: new EntryLabels(
          new Map(Object.entries(one.labels ?? {})),
          new Map(Object.entries(one.metadata ?? {})),
        ),
      };
      expect(compilePipeline(log.stages)(entry)).toBe(one.keep ?? true);
      if (one.want) expect(entry.labels.all()).toEqual(one.want);
      expect(entry.line).toBe(one.out ?? one.line);
    });
  }
});
