// Verdicts about files: promtool's and ours are the same.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { builtMain } from '../lib/program.ts';
import { describeReal } from '../lib/real-programs.ts';
import { needCounterpart } from '../lib/real-prometheus.ts';

const corpus = '../shared/corpus';
const isThere = existsSync(corpus);
const own = join(import.meta.dirname, 'rules');

const filesUnder = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });
const yamlUnder = (folder: string, pattern: RegExp): string[] =>
  filesUnder(join(corpus, folder)).filter(
    (file) => /\.ya?ml$/.test(file) && pattern.test(readFileSync(file, 'utf8')),
  );

const features = '--enable-feature=promql-experimental-functions';

/** The files that promtool finds good. */
async function theirGood(words: readonly string[], files: readonly string[]): Promise<string[]> {
  const ask = promisify(execFile);
  const isGood = (file: string): Promise<boolean> =>
    ask(needCounterpart('promtool'), [...words, features, file]).then(
      () => true,
      () => false,
    );
  const verdicts: boolean[] = [];
  for (let i = 0; i < files.length; i += 6) {
    verdicts.push(...(await Promise.all(files.slice(i, i + 6).map(isGood))));
  }
  return files.filter((_, i) => verdicts[i]);
}

/** Standard output, whatever the exit status is. */
function sightline(words: readonly string[]): string {
  const options = { encoding: 'utf8', maxBuffer: 1 << 28 } as const;
  try {
    return execFileSync(process.execPath, [builtMain, ...words], options);
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    if (stdout === '') throw new Error(stderr, { cause: error });
    return stdout;
  }
}

function ourGoodConfigs(files: readonly string[]): string[] {
  const { files: checked } = JSON.parse(sightline(['check-config', '--json', ...files])) as {
    files: readonly { readonly file: string; readonly isValid: boolean }[];
  };
  return checked.filter(({ isValid }) => isValid).map(({ file }) => file);
}

function ourGoodTests(files: readonly string[]): string[] {
  const { files: ran } = JSON.parse(sightline(['test-rules', '--json', ...files])) as {
    files: readonly { readonly file: string; readonly failures: readonly unknown[] }[];
  };
  return ran.filter(({ failures }) => failures.length === 0).map(({ file }) => file);
}

/** Taken by us and by newer ones than Prometheus 3.5: what 3.5 does not know yet. */
const newerGood = [
  'examples/prometheus-nomad.yml',
  'examples/prometheus-outscale.yml',
  'examples/prometheus-stackit.yml',
  'examples/prometheus.yml',
  'promtool/features.yml',
  'promtool/prometheus-aws-sd-empty-region.good.yml',
  'promtool/start-time-test.yml',
  'testdata/global_disable_extra_scrape_metrics.good.yml',
  'testdata/global_enable_extra_scrape_metrics.good.yml',
  'testdata/global_enable_scrape_native_hist.good.yml',
  'testdata/global_enable_scrape_native_hist_and_scrape_protocols.good.yml',
  'testdata/global_scrape_protocols_and_local_disable_scrape_native_hist.good.yml',
  'testdata/kubernetes_selectors_pod.good.yml',
  'testdata/local_disable_extra_scrape_metrics.good.yml',
  'testdata/local_disable_scrape_native_hist.good.yml',
  'testdata/local_enable_extra_scrape_metrics.good.yml',
  'testdata/local_enable_scrape_native_hist.good.yml',
  'testdata/local_enable_scrape_native_hist_and_scrape_protocols.good.yml',
  'testdata/otlp_label_underscore_sanitization_disabled.good.yml',
  'testdata/otlp_label_underscore_sanitization_enabled.good.yml',
  'testdata/otlp_promote_scope_metadata.good.yml',
  'testdata/scrape_config_local_infer_escaping.yml',
  'testdata/tsdb_chunk_encoding_floats_xor.good.yml',
  'testdata/tsdb_chunk_encoding_floats_xor2.good.yml',
  'testdata/tsdb_retention_percentage_float.good.yml',
];
/** Refused by us and by newer ones than Prometheus 3.5. */
const newerBad = [
  'testdata/remote_write_queue_capacity_zero.bad.yml',
  'testdata/remote_write_queue_max_backoff_less_than_min.bad.yml',
  'testdata/remote_write_queue_max_samples_per_send_zero.bad.yml',
  'testdata/remote_write_queue_max_shards_zero.bad.yml',
  'testdata/remote_write_queue_min_shards_greater_than_max.bad.yml',
  'testdata/remote_write_queue_min_shards_zero.bad.yml',
];

const withoutNewer = (files: readonly string[]): string[] =>
  files.filter((file) => ![...newerGood, ...newerBad].some((name) => file.endsWith(`/${name}`)));

describeReal('promtool', () => {
  test('test rules: our own files', async () => {
    const files = readdirSync(own)
      .filter((name) => name !== 'rules.yml')
      .map((name) => join(own, name));
    expect(files.length).toBeGreaterThanOrEqual(25);
    const good = files.filter((file) => file.endsWith('.good.yml'));
    expect(files.length - good.length).toBeGreaterThanOrEqual(15);
    expect(await theirGood(['test', 'rules'], files)).toEqual(good);
    expect(ourGoodTests(files)).toEqual(good);
  });

  test('check rules: our own file', async () => {
    const file = join(own, 'rules.yml');
    expect(await theirGood(['check', 'rules'], [file])).toEqual([file]);
    expect(ourGoodConfigs([file])).toEqual([file]);
  });

  describe.skipIf(!isThere)(`(only where ${corpus} exists)`, () => {
    test('check rules', async () => {
      const files = withoutNewer(yamlUnder('.', /^ *-? *groups:/m));
      expect(files.length).toBeGreaterThan(130);
      const good = await theirGood(['check', 'rules', '--lint=none'], files);
      expect(good.length).toBeGreaterThan(80);
      expect(files.length - good.length).toBeGreaterThan(15);
      expect(ourGoodConfigs(files)).toEqual(good);
    });

    test('check config', async () => {
      const files = withoutNewer([
        ...yamlUnder('configs/prometheus/examples', /./),
        ...yamlUnder('configs/prometheus/testdata', /./),
        ...yamlUnder('dashboards/rules/promtool', /^(global|scrape_configs|alerting|rule_files):/m),
        // Files of Promtail have that key, too.
        ...yamlUnder('stacks', /^scrape_configs:/m).filter((file) => !/promtail/.test(file)),
      ]);
      expect(files.length).toBeGreaterThan(230);
      const good = await theirGood(['check', 'config', '--lint=none'], files);
      expect(good.length).toBeGreaterThan(60);
      expect(files.length - good.length).toBeGreaterThan(100);
      expect(ourGoodConfigs(files)).toEqual(good);
    });

    test('what is newer than this promtool is judged as its name says', () => {
      const isOf = (names: readonly string[], file: string): boolean =>
        names.some((name) => file.endsWith(`/${name}`));
      const files = yamlUnder('.', /./).filter((file) => isOf([...newerGood, ...newerBad], file));
      const good = files.filter((file) => isOf(newerGood, file));
      const isTest = (file: string): boolean => file.endsWith('-test.yml');
      expect(ourGoodConfigs(files.filter((file) => !isTest(file)))).toEqual(
        good.filter((file) => !isTest(file)),
      );
      expect(ourGoodTests(files.filter(isTest))).toEqual(good.filter(isTest));
    });

    test('test rules', async () => {
      const files = withoutNewer(yamlUnder('dashboards/rules', /^tests:/m));
      expect(files.length).toBeGreaterThan(15);
      const good = await theirGood(['test', 'rules'], files);
      expect(ourGoodTests(files)).toEqual(good);
    });
  });
});
