// What Promtail's own tests say of its stages, read from the folder beside this one where there is one:
// a file is read as Promtail's, its stages are run, and lines, labels and values compared.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { formatPrometheusText } from '#internal-telemetry/prometheus-text.ts';
import { createManualClock } from '#lib/clock.ts';
import { zoneNamed } from '#lib/go-time/zone.ts';
import { noReceipt } from '#pipeline/log/entry.ts';
import type { StageConfig } from '#pipeline/log/stage-config.ts';
import type { StageContext, StageEntry } from '#processor/log-stage/definition.ts';
import { checkStages, prepareStages } from '#processor/log-stage/prepare-stages.ts';
import { seedLabels } from '#processor/log-stage/seed-labels.ts';
import { StageMetrics } from '#processor/log-stage/stage-metrics.ts';
import { compileTimeFormat } from '#processor/log-stage/time-format.ts';
import type { ExtractedValue } from '#processor/log-stage/value.ts';
import { parsePromtailConfig } from '#promtail-config/load.ts';
import { logStageTools } from './log-stage-tools.ts';

const path = '../shared/corpus/configs/converted/promtail_stage_cases.json';

type Texts = Record<string, string>;
interface WrittenTime {
  time?: string;
  time_local?: string;
  location?: string;
  unix?: number;
  ns?: number;
}
interface Case {
  source: { test: string; case: string };
  stage: string;
  fields: Fields;
}

const nowMs = Date.UTC(2024, 5, 1);

/** The stages as a Promtail file has them; undefined when it is refused. */
function stagesOf(stages: unknown): readonly StageConfig[] | undefined {
  const text = typeof stages === 'string' ? stages.replace(/^\s*---\n/, '') : undefined;
  const written =
    text === undefined
      ? `pipeline_stages: ${JSON.stringify(stages)}`
      : text.slice(text.indexOf('pipeline_stages:'));
  const file = [
    'clients: [{ url: "http://localhost/push" }]',
    'scrape_configs:',
    '  - job_name: t',
    '    static_configs: [{ targets: [localhost], labels: { __path__: /x } }]',
    ...written.split('\n').map((line) => `    ${line}`),
  ].join('\n');
  const { config, problems } = parsePromtailConfig(file, { file: 'promtail.yml', env: {} });
  if (!config) return refusedBy(problems.map(({ message }) => message));
  const node = config.nodes.find(({ kind }) => kind === 'process');
  const found = node?.kind === 'process' ? node.stages : [];
  const wrong = checkStages(found, logStageTools);
  return wrong.length > 0 ? refusedBy(wrong.map(({ message }) => message)) : found;
}

let lastRefusal: readonly string[] = [];
function refusedBy(messages: readonly string[]): undefined {
  lastRefusal = messages;
  return undefined;
}

interface Input {
  readonly line?: string | undefined;
  readonly labels?: Texts | undefined;
  readonly extracted?: Record<string, unknown> | undefined;
  readonly timeNano?: bigint | undefined;
}

interface Output {
  readonly entries: StageEntry[];
  readonly metrics: string;
}

function run(stages: readonly StageConfig[], inputs: readonly Input[], seeds = true): Output {
  const meter = createMeter();
  const clock = createManualClock(nowMs);
  const entries: StageEntry[] = [];
  const stops: (() => void)[] = [];
  const context: StageContext = {
    clock,
    random: () => 0,
    after: () => () => {},
    metrics: new StageMetrics({ meter, clock, seriesMax: 100 }),
    drop: () => {},
    onFailure: () => {},
    onWaiting: () => {},
    onStop: (handOn) => void stops.push(handOn),
  };
  const first = prepareStages(stages, logStageTools)(context, (entry) => void entries.push(entry));
  for (const { line = '', labels = {}, extracted = {}, timeNano = 0n } of inputs) {
    const values = Object.entries(extracted).map(([name, value]): [string, ExtractedValue] => [
      name,
      // A list is no value that a stage finds: it is as good as none.
      typeof value === 'object' ? null : (value as ExtractedValue),
    ]);
    const entry: StageEntry = {
      labels: new Map(Object.entries(labels ?? {})),
      timeNano,
      line,
      metadata: [],
      tenant: labels?.['__tenant_id__'],
      receipt: noReceipt,
      extracted: new Map(values),
    };
    if (seeds) seedLabels(entry);
    first(entry);
  }
  const metrics = formatPrometheusText(meter.collect());
  return { entries, metrics };
}

const one = (stages: readonly StageConfig[], input: Input, seeds = true): StageEntry | undefined =>
  run(stages, [input], seeds).entries[0];

function nanoOf({ time, time_local: local, location, unix, ns = 0 }: WrittenTime): bigint {
  if (unix !== undefined) return BigInt(unix) * 1_000_000_000n + BigInt(ns);
  const [text, zone] = local === undefined ? [time as string, undefined] : [local, location];
  const format = local === undefined ? 'RFC3339Nano' : '2006-01-02T15:04:05';
  const read = compileTimeFormat(format, zoneNamed(zone ?? 'UTC'), createManualClock(nowMs));
  return read(text) as bigint;
}

const objectOf = <Value>(map: ReadonlyMap<string, Value> | undefined) =>
  Object.fromEntries(map ?? []);

/** What the cases have; each has some of it, and then of that type. */
interface Fields {
  config: unknown;
  cfg?: { stages?: unknown[] };
  err: unknown;
  wantErr: unknown;
  expectedErr: unknown;
  testString?: string;
  entry: string;
  line: string;
  logLine: string;
  entries: Input[];
  expected: WrittenTime & string[];
  labels: Texts;
  inputLabels: Texts;
  initialLabels: Texts;
  streamLabels: Texts;
  expectedLabels?: Texts;
  extracted: Record<string, unknown>;
  extractedData: Record<string, unknown>;
  inputExtracted: Record<string, unknown>;
  expectedExtract: unknown;
  expectedExtracted: unknown;
  expectedEntry: string & PackEntry;
  expectedOutput: string;
  expectedTime: WrittenTime;
  expectedTimestamps: WrittenTime[];
  expectedTenant?: string;
  expectedCollect: string;
  expectedStructuredMetadata: { Name: string; Value: string }[];
  inputEntry: PackEntry;
  inputEntries: TimedInput[];
  selector: string;
  action: string;
  shouldDrop: boolean;
  shouldRun: boolean;
  shouldSend: boolean;
  promtailConfig: string;
  pipelineStagesYaml: string;
  maxPartialLines?: number;
  maxPartialLineSize?: number;
  maxPartialLineSizeTruncate?: boolean;
  layout: string;
  location?: WrittenTime;
  timestamp: string;
  now: WrittenTime;
}

type Check = (fields: Fields, stage: string) => void;

const refuses = (config: unknown, isWrong: boolean): void => {
  lastRefusal = [];
  expect(stagesOf(config) === undefined, lastRefusal.join('; ')).toBe(isWrong);
};

const ofStage = (stage: string, config: unknown): readonly StageConfig[] => {
  const found = stagesOf([{ [stage]: config }]);
  expect(found, lastRefusal.join('; ')).toBeDefined();
  return found as readonly StageConfig[];
};
const ofText = (text: unknown): readonly StageConfig[] => {
  const found = stagesOf(text);
  expect(found, lastRefusal.join('; ')).toBeDefined();
  return found as readonly StageConfig[];
};

const validation: Check = (
  { config, err, wantErr, expectedErr, testString, expectedTime },
  stage,
) => {
  const isWrong = Boolean(err ?? wantErr ?? expectedErr);
  refuses([{ [stage]: config }], isWrong);
  if (isWrong || testString === undefined) return;
  const { source } = config as { source: string };
  const entry = one(ofStage(stage, config), { extracted: { [source]: testString } });
  expect(entry?.timeNano).toBe(nanoOf(expectedTime));
};

const extraction: Check = ({ config, entry, extracted, expectedExtract }, stage) => {
  const stages = typeof config === 'string' ? ofText(config) : ofStage(stage, config);
  expect(objectOf(one(stages, { line: entry, extracted })?.extracted)).toEqual(expectedExtract);
};

const labelling: Check = ({ config, inputLabels, extractedData, expectedLabels }, stage) => {
  const input = { labels: inputLabels, extracted: extractedData };
  expect(objectOf(one(ofStage(stage, config), input)?.labels)).toEqual(expectedLabels);
};

const matcher: Check = ({ selector, labels, action, shouldDrop, shouldRun, wantErr }) => {
  const stages = action === 'keep' ? { stages: [{ static_labels: { ran: 'yes' } }] } : {};
  const config = [{ match: { selector, action, ...stages } }];
  refuses(config, Boolean(wantErr));
  if (wantErr) return;
  const entry = one(ofText(config), { line: 'foo', labels });
  expect(entry === undefined).toBe(shouldDrop);
  expect(entry?.labels.has('ran') ?? false).toBe(shouldRun);
};

const checks: Record<string, Check> = {
  TestPipeline_Decolorize: ({ config, entry, expectedEntry }) =>
    expect(one(ofText(config), { line: entry })?.line).toBe(expectedEntry),
  Test_dropStage_Process: ({ config, labels, extracted, entry, shouldDrop }) =>
    expect(one(ofStage('drop', config), { line: entry, labels, extracted }) === undefined).toBe(
      shouldDrop,
    ),
  TestNewDocker: ({ entry, labels, expectedEntry, expectedLabels }) => {
    const found = one(ofStage('docker', {}), { line: entry, labels });
    expect(found?.line).toBe(expectedEntry);
    expect(objectOf(found?.labels)).toEqual(expectedLabels);
  },
  TestNewCri: ({ entry, labels, expectedEntry, expectedLabels }) => {
    const found = one(ofStage('cri', {}), { line: entry, labels });
    expect(found?.line).toBe(expectedEntry);
    expect(objectOf(found?.labels)).toEqual(expectedLabels);
  },
  TestCRI_tags: ({ entries, expected, maxPartialLines, maxPartialLineSize, ...fields }) => {
    const config = {
      ...(maxPartialLines && { max_partial_lines: maxPartialLines }),
      ...(maxPartialLineSize && { max_partial_line_size: maxPartialLineSize }),
      ...(fields.maxPartialLineSizeTruncate && { max_partial_line_size_truncate: true }),
    };
    const lines = run(ofStage('cri', config), entries).entries.map(({ line }) => line);
    // Lines of several streams that are flushed at once have no order in the original.
    expect([...lines].sort()).toEqual([...expected].sort());
  },
  TestPipeline_Replace: ({ config, entry, extracted, expectedEntry }) => {
    const found = one(ofText(config), { line: entry });
    expect(found?.line).toBe(expectedEntry);
    expect(objectOf(found?.extracted)).toEqual(extracted);
  },
  TestMatcher: matcher,
  Test_validateMatcherConfig: ({ cfg, wantErr }) => {
    // Its stages are empty texts, which the check under test does not look at.
    const given = cfg ?? {};
    const stages = given.stages?.map(() => ({ static_labels: { a: 'b' } }));
    refuses([{ match: { ...given, ...(stages && { stages }) } }], Boolean(wantErr));
  },
  TestNonPrometheusLabelsShouldBeDropped: ({ promtailConfig, labels, line, expectedCollect }) => {
    const { metrics } = run(ofText(promtailConfig), [{ line, labels }]);
    const lines = (text: string) => text.split('\n').filter((l) => /promtail_custom/.test(l));
    expect(lines(metrics).sort()).toEqual(lines(expectedCollect).sort());
  },
  TestOutputStage_Process: ({ config, extracted, expectedOutput }) =>
    expect(one(ofStage('output', config), { extracted })?.line).toBe(expectedOutput),
  Test_packStage_Run: ({ config, inputEntry, expectedEntry }) => {
    const { Extracted: extracted, Entry: given } = inputEntry;
    const { Entry: wanted } = expectedEntry;
    const { Labels: names, ...rest } = config as { Labels?: string[] };
    const written = { ...rest, ...(names && { labels: names }) };
    const timeNano = nanoOf(given.Entry.Timestamp);
    const input = { line: given.Entry.Line, labels: given.Labels, extracted, timeNano };
    const found = one(ofStage('pack', written), input);
    expect(found?.line).toBe(wanted.Entry.Line);
    expect(objectOf(found?.labels)).toEqual(wanted.Labels);
    const isNow = (config as { ingest_timestamp: boolean }).ingest_timestamp;
    expect(found?.timeNano).toBe(isNow ? BigInt(nowMs) * 1_000_000n : timeNano);
  },
  TestPipeline_Process: ({ config, entry, initialLabels, expectedEntry, expectedLabels }) => {
    const found = one(ofText(config), { line: entry, labels: initialLabels });
    expect(found?.line).toBe(expectedEntry);
    expect(objectOf(found?.labels)).toEqual(expectedLabels);
  },
  TestPipeline_Wrap: ({ labels, shouldSend }) => {
    // The file of that test drops what one of its selectors matches.
    const stages = ofText([{ match: { selector: '{match="false"}', action: 'drop' } }]);
    expect(one(stages, { labels }) !== undefined).toBe(shouldSend);
  },
  Test_StructuredMetadataStage: (fields) => {
    const found = one(ofText(fields.pipelineStagesYaml), {
      line: fields.logLine,
      labels: fields.streamLabels,
    });
    const wanted = fields.expectedStructuredMetadata;
    expect(objectOf(new Map(found?.metadata))).toEqual(
      Object.fromEntries(wanted.map(({ Name, Value }) => [Name, Value])),
    );
    expect(objectOf(found?.labels)).toEqual(fields.expectedLabels ?? {});
  },
  TestTemplateStage_Process: ({ config, extracted, expectedExtracted }) =>
    expect(objectOf(one(ofStage('template', config), { extracted })?.extracted)).toEqual(
      expectedExtracted,
    ),
  TestTenantStage_Process: ({ config, inputLabels, inputExtracted, expectedTenant }) => {
    const input = { labels: inputLabels, extracted: inputExtracted };
    expect(one(ofStage('tenant', config), input, false)?.tenant).toBe(expectedTenant);
  },
  TestTimestampStage_Process: ({ config, extracted, expected }) =>
    expect(one(ofStage('timestamp', config), { extracted })?.timeNano).toBe(nanoOf(expected)),
  TestTimestampStage_ProcessActionOnFailure: ({ config, inputEntries, expectedTimestamps }) => {
    const inputs = inputEntries.map(({ timestamp, ...input }) => ({
      ...input,
      timeNano: nanoOf(timestamp),
    }));
    const times = run(ofStage('timestamp', config), inputs).entries.map((e) => e.timeNano);
    expect(times).toEqual(expectedTimestamps.map(nanoOf));
  },
  TestConvertDateLayout: ({ layout, location, timestamp, expected }) =>
    expect(readTime(layout, location, timestamp, nowMs)).toBe(nanoOf(expected)),
  TestParseTimestampWithoutYear: ({ layout, location, timestamp, now, expected, err }) => {
    // That the layout has a year is told by looking at it, before there is a time.
    if (err) return;
    const nowNano = nanoOf(now);
    const found = readTime(layout, location, timestamp, Number(nowNano / 1_000_000n));
    expect(found).toBe(nanoOf(expected));
  },
  TestLabels: validation,
  Test_validateDropConfig: validation,
  TestLabelStage_Process: labelling,
  Test_addLabelStage_Process: labelling,
  Test_dropLabelStage_Process: labelling,
  Test_staticLabelStage_Process: labelling,
};

interface PackEntry {
  Extracted: Record<string, unknown>;
  Entry: { Labels: Texts; Entry: { Timestamp: WrittenTime; Line: string } };
}
type TimedInput = Input & { timestamp: WrittenTime };

function readTime(
  layout: string,
  { location }: WrittenTime = {},
  text: string,
  now: number,
): bigint | undefined {
  const zone = location === undefined ? undefined : zoneNamed(location);
  return compileTimeFormat(layout, zone, createManualClock(now))(text);
}

const checkOf = ({ source: { test }, stage }: Case): Check => {
  const known = checks[test];
  if (known) return known;
  if (stage === 'eventlogmessage') return ({ config }) => refuses(config, true);
  if (/[Vv]alidat/.test(test)) return validation;
  if (/Pipeline_|Parser_Parse/.test(test)) return extraction;
  throw new Error(`no check for ${test}`);
};

const isThere = existsSync(path);
const cases = isThere ? (JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] }).cases : [];

describe.skipIf(!isThere)("Promtail's cases (only where ../shared/corpus exists)", () => {
  it('are all there', () => expect(cases).toHaveLength(279));
  it.each(cases.map((given) => [`${given.source.test}: ${given.source.case}`, given] as const))(
    '%s',
    (_, given) => checkOf(given)(given.fields, given.stage),
  );
});
