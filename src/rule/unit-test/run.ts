// Runs the unit tests of rules: samples in memory, the rules of the program, one evaluation after the
// other, and a look at what fires and what expressions give.
import { readFile } from 'node:fs/promises';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { InputError, messageOf } from '#lib/errors.ts';
import { silentLogger } from '#lib/log.ts';
import { filesOf } from '#prometheus-config/file-pattern.ts';
import { formatProblem } from '#prometheus-config/place.ts';
import { formatPrometheusDuration } from '#prometheus-config/quantity.ts';
import { parseRuleFile } from '#prometheus-config/rule-file.ts';
import type { RuleFile } from '#prometheus-config/rules.ts';
import { type Item, parseSeriesLine } from '#query/promql/notation/series.ts';
import { type Labels, sortedLabels } from '#query/vector/value.ts';
import { AlertingRule } from '../alerting-rule.ts';
import { assertRuleFiles } from '../check.ts';
import { RuleGroup } from '../group.ts';
import { createMemoryStore, type MemoryStore } from '../memory-store.ts';
import { ruleInstruments } from '../metrics.ts';
import { compareAlerts, compareSamples } from './expect.ts';
import type { FileOutcome, TestFailure } from './outcome.ts';
import { type AlertTest, parseTestFile, type TestFile, type TestGroup } from './test-file.ts';

export interface TestOptions {
  /** Only groups whose name one of them matches; none: all. */
  readonly run: readonly RegExp[];
  readonly ignoresUnknownFields: boolean;
}

/** Never throws for what is in the files: that is a failure. */
export async function testRuleFile(file: string, options: TestOptions): Promise<FileOutcome> {
  const warnings: string[] = [];
  try {
    const tests = parseTestFile(await readText(file), { file, ...options });
    const rules = await loadRules(tests, options, warnings);
    const groups = tests.groups.filter(
      ({ name }) => options.run.length === 0 || options.run.some((pattern) => pattern.test(name)),
    );
    const failures: TestFailure[] = [];
    for (const group of groups) failures.push(...(await runGroup(group, tests, rules)));
    return { file, tests: groups.length, warnings, failures };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const failure: TestFailure = { test: '', kind: 'file', message: error.message };
    return { file, tests: 0, warnings, failures: [failure] };
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new InputError('rule_test_file', `cannot read ${file}: ${messageOf(cause)}`, { cause });
  }
}

async function loadRules(
  { ruleFiles }: TestFile,
  { ignoresUnknownFields }: TestOptions,
  warnings: string[],
): Promise<RuleFile[]> {
  const loaded: RuleFile[] = [];
  for (const pattern of ruleFiles) {
    const files = filesOf(pattern);
    if (files.length === 0) warnings.push(`no file match pattern ${pattern}`);
    for (const file of files) {
      const isStrict = !ignoresUnknownFields;
      const { ruleFile, problems } = parseRuleFile(await readText(file), { file, isStrict });
      if (!ruleFile) {
        const errors = problems.filter(({ severity }) => severity === 'error');
        throw new InputError('rule_test_file', errors.map(formatProblem).join('\n'));
      }
      loaded.push(ruleFile);
    }
  }
  assertRuleFiles(loaded);
  return loaded;
}

function runGroup(
  group: TestGroup,
  file: TestFile,
  rules: readonly RuleFile[],
): Promise<readonly TestFailure[]> {
  const unnamed = group.alertTests.find(({ alertname }) => alertname === '');
  if (unnamed) {
    const time = formatPrometheusDuration(unnamed.evalTimeMs);
    const where = group.name === '' ? '' : ` (in TestGroup ${group.name})`;
    const what = `an item under alert_rule_test misses required attribute alertname at eval_time ${time}${where}`;
    return Promise.resolve([{ test: group.name, kind: 'file', message: what }]);
  }
  try {
    return new GroupRun(group, file, rules).run();
  } catch (error) {
    return Promise.resolve([{ test: group.name, kind: 'input', message: messageOf(error) }]);
  }
}

interface Pending {
  readonly labels: Labels;
  readonly timeMs: number;
  readonly item: Item;
}

class GroupRun {
  readonly #group: TestGroup;
  readonly #file: TestFile;
  readonly #store: MemoryStore;
  readonly #groups: readonly RuleGroup[];
  readonly #startMs: number;
  readonly #clock: ReturnType<typeof createManualClock>;
  /** Input that is later than the evaluation, the next one last. */
  readonly #later: Pending[];
  readonly #failures: TestFailure[] = [];

  /** Throws Error for series that are no series. */
  constructor(group: TestGroup, file: TestFile, rules: readonly RuleFile[]) {
    this.#group = group;
    this.#file = file;
    this.#startMs = startOf(group);
    this.#clock = createManualClock(this.#startMs);
    this.#store = createMemoryStore({ subqueryStepMs: file.evaluationIntervalMs });
    const intervalMs = group.intervalMs || file.evaluationIntervalMs;
    this.#later = readInput(group, this.#startMs, intervalMs);
    this.#groups = this.#createGroups(rules, intervalMs);
  }

  async run(): Promise<readonly TestFailure[]> {
    const { evaluationIntervalMs } = this.#file;
    const { alertTests, expressionTests } = this.#group;
    const times = [...alertTests, ...expressionTests].map(({ evalTimeMs }) => evalTimeMs);
    const lastMs = Math.max(0, ...times);
    for (let at = 0; at <= lastMs; at += evaluationIntervalMs) {
      this.#feed(this.#startMs + at);
      if (!(await this.#evaluate(at))) return this.#failures;
      const due = alertTests.filter(
        ({ evalTimeMs }) => evalTimeMs >= at && evalTimeMs < at + evaluationIntervalMs,
      );
      for (const test of due) this.#checkAlerts(test);
    }
    await this.#checkExpressions();
    return this.#failures;
  }

  #createGroups(rules: readonly RuleFile[], intervalMs: number): readonly RuleGroup[] {
    const order = new Map(this.#file.groupOrder.map((name, i) => [name, i]));
    const { externalLabels, externalUrl } = this.#group;
    const context = {
      reader: this.#store.reader,
      externalLabels: sortedLabels([...externalLabels]),
      externalUrl: externalUrl.replace(/\/+$/, ''),
    };
    const configs = rules.flatMap(({ groups }) => groups);
    const placeIn = (name: string): number => order.get(name) ?? 0;
    return configs
      .toSorted((a, b) => placeIn(a.name) - placeIn(b.name))
      .map((config) => {
        const queryOffsetMs = config.queryOffsetMs ?? 0;
        const settings = { intervalMs, queryOffsetMs, resendDelayMs: 0 };
        return new RuleGroup(config, settings, {
          context,
          writer: this.#store.writer,
          send: () => {},
          instruments: ruleInstruments(createMeter()),
          logger: silentLogger,
          clock: this.#clock,
          isRestored: true,
        });
      });
  }

  #feed(timeMs: number): void {
    for (let next = this.#later.at(-1); next && next.timeMs <= timeMs; next = this.#later.at(-1)) {
      this.#later.pop();
      if (next.item.kind !== 'gap') this.#store.source.append(next.labels, next.timeMs, next.item);
    }
  }

  /** False when a rule failed: what comes after would mean nothing. */
  async #evaluate(at: number): Promise<boolean> {
    const timeMs = this.#startMs + at;
    this.#clock.advance(timeMs - this.#clock.nowMs());
    const before = this.#failures.length;
    for (const group of this.#groups) {
      await group.evaluate(timeMs);
      for (const { rule, lastError } of group.rules) {
        if (lastError === '') continue;
        const time = formatPrometheusDuration(at);
        const message = `rule: ${rule.name}, time: ${time}, err: ${lastError}`;
        this.#failures.push({ test: this.#group.name, kind: 'rule', message });
      }
    }
    return this.#failures.length === before;
  }

  #checkAlerts(test: AlertTest): void {
    const firing = this.#groups
      .flatMap(({ rules }) => rules)
      .flatMap(({ rule }) =>
        rule instanceof AlertingRule && rule.name === test.alertname ? rule.active() : [],
      )
      .filter(({ state }) => state === 'firing');
    const failure = compareAlerts(test, firing, this.#group.name);
    if (failure) this.#failures.push(failure);
  }

  async #checkExpressions(): Promise<void> {
    const { name } = this.#group;
    const isFuzzy = this.#file.isFuzzy;
    for (const test of this.#group.expressionTests) {
      try {
        const timeMs = this.#startMs + test.evalTimeMs;
        const result = await this.#store.reader.query(test.expr, timeMs);
        const failure = compareSamples(test, result, { test: name, isFuzzy });
        if (failure) this.#failures.push(failure);
      } catch (error) {
        const time = formatPrometheusDuration(test.evalTimeMs);
        const message = `expr: ${JSON.stringify(test.expr)}, time: ${time}, err: ${messageOf(error)}`;
        this.#failures.push({ test: name, kind: 'expression', message });
      }
    }
  }
}

/** The samples of all series, the earliest last. */
function readInput({ inputSeries }: TestGroup, startMs: number, intervalMs: number): Pending[] {
  const pending = inputSeries.flatMap(({ series, values }) => {
    const { labels, items } = readSeries(series, values);
    return items.map((item, i): Pending => ({ labels, timeMs: startMs + i * intervalMs, item }));
  });
  return pending.sort((a, b) => b.timeMs - a.timeMs);
}

function readSeries(series: string, values: string): ReturnType<typeof parseSeriesLine> {
  try {
    return parseSeriesLine(`${series} ${values}`);
  } catch (cause) {
    throw new Error(`input series ${JSON.stringify(series)}: ${messageOf(cause)}`, { cause });
  }
}

function startOf({ startTimestamp }: TestGroup): number {
  if (startTimestamp === '') return 0;
  const seconds = Number(startTimestamp);
  const startMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(startTimestamp);
  if (Number.isFinite(startMs)) return Math.round(startMs);
  throw new InputError(
    'rule_test_file',
    `start_timestamp '${startTimestamp}' is neither seconds since 1970 nor RFC 3339`,
  );
}
