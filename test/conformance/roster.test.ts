// The suites have their sizes, so that no case is lost on the way, and the roster only shrinks.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseLogScript } from '#conformance/logqltest/script.ts';
import { parseScript } from '#conformance/promqltest/script.ts';
import { listedDifferences } from '#conformance/recorded/differences.ts';
import { readCases } from '#conformance/recorded/suite.ts';
import { rosterGroups } from '#conformance/roster.ts';

const shared = join(import.meta.dirname, '../../../shared/conformance');
const isThere = existsSync(shared);

/** Sizes of the suites beside the repository. */
const scriptCases = 1_259;
const recordedCases = 1_378;
const logScriptCases = 604;
const logRecordedCases = 605;

/** Cases on the roster by kind; may only go down. */
const rosterMax: Readonly<Record<string, number>> = {
  'logql-recorded': 3,
  'promql-recorded': 5,
  'traceql-metrics': 4,
  'traceql-recorded': 1,
};

test('the roster only shrinks', () => {
  const sizes: Record<string, number> = {};
  for (const { kind, cases } of rosterGroups) sizes[kind] = (sizes[kind] ?? 0) + cases.length;
  for (const [kind, size] of Object.entries(sizes)) {
    expect(size, kind).toBeLessThanOrEqual(rosterMax[kind] ?? 0);
  }
});

test('every group of the roster has a cause, and no case twice', () => {
  const all = rosterGroups.flatMap(({ kind, cases }) => cases.map((one) => `${kind} ${one}`));
  expect(new Set(all).size).toBe(all.length);
  expect(rosterGroups.filter(({ cause }) => cause.length < 10)).toEqual([]);
});

test('every difference on purpose is in its document', () => {
  const path = join(import.meta.dirname, '../../docs/reference/differences.md');
  const text = readFileSync(path, 'utf8');
  expect(listedDifferences.filter((one) => !text.includes(one.case))).toEqual([]);
});

test.skipIf(!isThere)('the scripts of Prometheus are all there', () => {
  const folder = join(shared, 'promql/scripts');
  const evals = readdirSync(folder)
    .filter((file) => file.endsWith('.test'))
    .flatMap((file) => parseScript(readFileSync(join(folder, file), 'utf8')))
    .filter(({ kind }) => kind === 'eval');
  expect(evals.length).toBe(scriptCases);
});

test.skipIf(!isThere)('the recorded answers of Prometheus are all there', () => {
  const folder = join(shared, 'recorded/promql');
  const cases = readdirSync(folder)
    .filter((file) => file.startsWith('cases-'))
    .map((file) => readCases(join(folder, file)));
  expect(cases.flat().length).toBe(recordedCases);
});

test.skipIf(!isThere)('the scripts of Loki are all there', () => {
  const folder = join(shared, 'logql/scripts');
  const evals = readdirSync(folder)
    .filter((file) => file.endsWith('.logqltest'))
    .flatMap((file) => parseLogScript(readFileSync(join(folder, file), 'utf8')))
    .filter(({ kind }) => kind === 'eval');
  expect(evals.length).toBe(logScriptCases);
});

test.skipIf(!isThere)('the recorded answers of Loki are all there', () => {
  const folder = join(shared, 'recorded/logql');
  const cases = readdirSync(folder)
    .filter((file) => file.startsWith('cases-'))
    .map((file) => readCases(join(folder, file)));
  expect(cases.flat().length).toBe(logRecordedCases);
});
