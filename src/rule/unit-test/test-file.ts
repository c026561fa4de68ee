// Unit-test files of rules, as promtool has them: YAML in, typed tests out.
// https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
import { dirname } from 'node:path';
import { InputError } from '#lib/errors.ts';
import { formatProblem, type Place, type Problem } from '#prometheus-config/place.ts';
import { Cursor } from '#prometheus-config/reading.ts';
import { field, placeField, placeOf, section, writtenField } from '#prometheus-config/section.ts';
import { duration, flag, float, list, listOf, mapOf, path, text } from '#prometheus-config/type.ts';
import { parseYaml } from '#prometheus-config/yaml-tree.ts';

export interface InputSeries {
  readonly series: string;
  readonly values: string;
  readonly place: Place;
}

export interface ExpectedAlert {
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
}

export interface AlertTest {
  readonly evalTimeMs: number;
  readonly alertname: string;
  readonly expected: readonly ExpectedAlert[];
  readonly place: Place;
}

export interface ExpectedSample {
  readonly labels: string;
  readonly value: number;
  readonly histogram: string;
}

export interface ExpressionTest {
  readonly expr: string;
  readonly evalTimeMs: number;
  readonly expected: readonly ExpectedSample[];
  readonly place: Place;
}

export interface TestGroup {
  readonly name: string;
  /** 0: the evaluation interval. */
  readonly intervalMs: number;
  readonly inputSeries: readonly InputSeries[];
  readonly alertTests: readonly AlertTest[];
  readonly expressionTests: readonly ExpressionTest[];
  readonly externalLabels: ReadonlyMap<string, string>;
  readonly externalUrl: string;
  /** Seconds since 1970 or RFC 3339; '' is 0. */
  readonly startTimestamp: string;
  readonly place: Place;
}

export interface TestFile {
  readonly file: string;
  /** Patterns, absolute or from where the program runs. */
  readonly ruleFiles: readonly string[];
  readonly evaluationIntervalMs: number;
  readonly isFuzzy: boolean;
  readonly groupOrder: readonly string[];
  readonly groups: readonly TestGroup[];
}

const inputSeriesSection = section<InputSeries>({
  series: field('series', text),
  values: field('values', text),
  place: placeField,
});

const expectedAlertSection = section<ExpectedAlert>({
  labels: field('exp_labels', mapOf(text)),
  annotations: field('exp_annotations', mapOf(text)),
});

const alertTestSection = section<AlertTest>({
  evalTimeMs: field('eval_time', duration),
  alertname: field('alertname', text),
  expected: field('exp_alerts', list(expectedAlertSection)),
  place: placeField,
});

const expectedSampleSection = section<ExpectedSample>({
  labels: field('labels', text),
  value: field('value', float),
  histogram: field('histogram', text),
});

const expressionTestSection = section<ExpressionTest>({
  expr: field('expr', text),
  evalTimeMs: field('eval_time', duration),
  expected: field('exp_samples', list(expectedSampleSection)),
  place: placeField,
});

const testGroupSection = section<TestGroup>({
  name: field('name', text),
  intervalMs: field('interval', duration),
  inputSeries: field('input_series', list(inputSeriesSection)),
  alertTests: field('alert_rule_test', list(alertTestSection)),
  expressionTests: field('promql_expr_test', list(expressionTestSection)),
  externalLabels: field('external_labels', mapOf(text)),
  externalUrl: field('external_url', text),
  startTimestamp: field('start_timestamp', text),
  place: placeField,
});

interface WrittenFile extends Omit<TestFile, 'file'> {
  readonly written: Parameters<typeof placeOf>[0];
}

const fileSection = section<WrittenFile>(
  {
    ruleFiles: field('rule_files', list(path)),
    evaluationIntervalMs: field('evaluation_interval', duration),
    isFuzzy: field('fuzzy_compare', flag),
    groupOrder: field('group_eval_order', list(text)),
    groups: field('tests', listOf(testGroupSection, 'test group')),
    written: writtenField,
  },
  {
    check: ({ groupOrder }, written, at) => {
      const twice = groupOrder.find((name, i) => groupOrder.indexOf(name) !== i);
      if (twice !== undefined) {
        const where = placeOf(written, 'group_eval_order');
        at.key('group_eval_order').error(where, `group name repeated: ${twice}`);
      }
      return undefined;
    },
  },
);

const defaultIntervalMs = 60_000;

export interface TestFileOptions {
  readonly file: string;
  readonly ignoresUnknownFields: boolean;
}

/** Throws InputError `rule_test_file` with every mistake. */
export function parseTestFile(content: string, options: TestFileOptions): TestFile {
  const { file, ignoresUnknownFields } = options;
  const problems: Problem[] = [];
  const tree = parseYaml(content, file, problems);
  const isStrict = !ignoresUnknownFields;
  const at = new Cursor({ file, folder: dirname(file), isStrict, problems });
  const isEmpty = !tree || tree.kind === 'null';
  const { written, evaluationIntervalMs, ...rest } = isEmpty
    ? fileSection.fallback
    : fileSection.read(tree, at);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    throw new InputError('rule_test_file', errors.map(formatProblem).join('\n'));
  }
  return { ...rest, file, evaluationIntervalMs: evaluationIntervalMs || defaultIntervalMs };
}
