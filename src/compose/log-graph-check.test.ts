import { expect, it } from 'vitest';
import type { FileSource, LogCollectionConfig } from '#pipeline/log/collection-config.ts';
import { assertLogGraph } from './log-graph-check.ts';
import { logStageTools } from './log-stage-tools.ts';

const at = (line: number) => ({ file: 'a.alloy', line, column: 1 });

const source: FileSource = {
  kind: 'file',
  id: 'files',
  place: at(1),
  forwardTo: ['out'],
  labels: [],
  targets: ['found'],
  encoding: undefined,
  decompression: 'none',
  tailsFromEnd: false,
  syncPeriodMs: 1,
  pollMs: 1,
  ignoresOlderThanMs: 0,
  lineBytesMax: 1,
};

const right: LogCollectionConfig = {
  targets: [
    { kind: 'discovery', id: 'all', place: at(2), discoveries: [] },
    { kind: 'relabel', id: 'found', place: at(3), from: ['all'], rules: [] },
  ],
  sources: [source],
  nodes: [{ kind: 'write', id: 'out', place: at(4), externalLabels: [], tenant: undefined }],
};

const check = (config: Partial<LogCollectionConfig>) => () =>
  assertLogGraph({ ...right, ...config }, logStageTools);

it('lets a graph through that fits together', () => {
  expect(check({})).not.toThrow();
});

it('says everything that does not fit, with its place', () => {
  const stage = { kind: 'output', place: at(7), source: '' } as const;
  const wrong = check({
    sources: [{ ...source, forwardTo: ['nowhere'], targets: ['nobody'] }],
    nodes: [
      { kind: 'process', id: 'a', place: at(5), stages: [stage], forwardTo: ['b'] },
      { kind: 'relabel', id: 'b', place: at(6), rules: [], forwardTo: ['a', 'gone'] },
    ],
    targets: [{ kind: 'relabel', id: 'x', place: at(8), from: ['x', 'y'], rules: [] }],
  });
  expect(wrong).toThrow(
    [
      'a.alloy:1:1: files: it forwards to nowhere, which is not there',
      'a.alloy:1:1: files: it takes targets of nobody, which is not there',
      'a.alloy:5:1: a: it forwards to itself in the end',
      'a.alloy:7:1: output: output source value is required if output is specified',
      'a.alloy:6:1: b: it forwards to itself in the end',
      'a.alloy:6:1: b: it forwards to gone, which is not there',
      'a.alloy:8:1: x: it takes targets of itself in the end',
      'a.alloy:8:1: x: it takes targets of y, which is not there',
    ].join('\n'),
  );
  expect(wrong).toThrow(expect.objectContaining({ code: 'log_collection_invalid' }));
});

it('says where a file source asks for what cannot be read', () => {
  expect(check({ sources: [{ ...source, decompression: 'bz2' }] })).toThrow(
    'a.alloy:1:1: files: cannot read log files compressed by bz2',
  );
  expect(check({ sources: [{ ...source, encoding: 'klingon' }] })).toThrow(
    "a.alloy:1:1: files: cannot read log files in the encoding 'klingon'",
  );
});
