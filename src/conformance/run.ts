// Suites and modes in, a report out. Every mode has a target of its own, started when the first suite
// needs one and stopped when the mode is done.
import { systemClock } from '#lib/clock.ts';
import { createRoster, type Roster } from './roster.ts';
import type { CaseResult, Mode, Suite } from './suite.ts';
import type { RunningTarget, Target } from './target.ts';

export interface RunOptions {
  readonly suites: readonly Suite[];
  readonly modes: readonly Mode[];
  /** Starts a program that answers in this mode. */
  readonly start: (mode: Mode) => Promise<RunningTarget>;
  /** As in SuiteContext. */
  readonly startScraped?: (page: string) => Promise<RunningTarget>;
  readonly progress: (text: string) => void;
  readonly roster?: Roster;
  /** As in SuiteContext. */
  readonly every?: number;
}

export interface Failure {
  readonly case: string;
  readonly reason: string;
}

export interface SuiteReport {
  readonly name: string;
  readonly mode: Mode;
  readonly passed: number;
  readonly failed: number;
  /** Differences on purpose: neither passed nor failed. */
  readonly deliberate: number;
  readonly skipped: number;
  readonly total: number;
  /** Cases that the engine can answer whole; with `auto` from what is remembered of it, too. */
  readonly pushed: number;
  readonly failures: readonly Failure[];
}

export interface Report {
  readonly suites: readonly SuiteReport[];
  /** Failures that are not on the roster. */
  readonly unexpected: readonly (Failure & { readonly suite: string; readonly mode: Mode })[];
  /** Cases on the roster that passed wherever they were asked: their entries must go. */
  readonly healed: readonly (Failure & { readonly suite: string })[];
}

interface Outcome {
  readonly suite: Suite;
  readonly mode: Mode;
  readonly results: readonly CaseResult[];
}

export async function runSuites(options: RunOptions): Promise<Report> {
  const roster = options.roster ?? createRoster();
  const outcomes: Outcome[] = [];
  const [firstMode = 'default'] = options.modes;
  for (const suite of options.suites.filter(({ needsServer }) => !needsServer)) {
    options.progress(suite.name);
    const results = await suite.run({
      target: noTarget,
      mode: firstMode,
      progress: options.progress,
    });
    outcomes.push({ suite, mode: firstMode, results });
  }
  const asking = options.suites.filter(({ needsServer }) => needsServer);
  const byMode = new Map<Mode, readonly Outcome[]>();
  for (const mode of options.modes) byMode.set(mode, await runMode(mode, asking, options));
  const pushed = byMode.get('pushed');
  if (pushed) byMode.set('pushed', await fillIn(pushed, byMode.get('default'), options));
  outcomes.push(...[...byMode.values()].flat());
  const place = new Map(options.suites.map((suite, i) => [suite, i]));
  outcomes.sort((a, b) => (place.get(a.suite) ?? 0) - (place.get(b.suite) ?? 0));
  return toReport(outcomes, roster);
}

const noTarget: Target = { prometheus: '', loki: '', tempo: '', otlp: '', hasTenants: false };

async function runMode(
  mode: Mode,
  suites: readonly Suite[],
  { start, startScraped, progress, every = 1 }: RunOptions,
): Promise<Outcome[]> {
  if (suites.length === 0) return [];
  const { target, stop } = await start(mode);
  try {
    const outcomes: Outcome[] = [];
    for (const suite of suites) {
      const context = {
        target,
        mode,
        every,
        ...(startScraped ? { startScraped } : {}),
        progress: (text: string) => progress(`${mode} ${text}`),
      };
      const startedMs = systemClock.nowMs();
      outcomes.push({ suite, mode, results: await suite.run(context) });
      const seconds = (systemClock.nowMs() - startedMs) / 1000;
      progress(`${mode} ${suite.name}: ${seconds.toFixed(1)} s`);
    }
    return outcomes;
  } finally {
    await stop();
  }
}

/** What could not be pushed down is answered by the default rules. */
async function fillIn(
  pushed: readonly Outcome[],
  known: readonly Outcome[] | undefined,
  options: RunOptions,
): Promise<Outcome[]> {
  const refused = pushed
    .filter(({ results }) => results.some(({ notPushable }) => notPushable))
    .map(({ suite }) => suite);
  const defaults = known ?? (await runMode('default', refused, options));
  return pushed.map(({ suite, mode, results }) => {
    const found = defaults.find((one) => one.suite === suite);
    const byId = new Map(found?.results.map((result) => [result.id, result]));
    const filled = results.map((result) =>
      result.notPushable ? { ...(byId.get(result.id) ?? result), pushed: false } : result,
    );
    return { suite, mode, results: filled };
  });
}

function toReport(outcomes: readonly Outcome[], roster: Roster): Report {
  const unexpected: Report['unexpected'][number][] = [];
  const failedAnywhere = new Set<string>();
  const keyOf = ({ kind }: Suite, id: string): string => `${kind}\n${id}`;
  for (const { suite, mode, results } of outcomes) {
    for (const { id, failure } of results) {
      if (failure === undefined) continue;
      failedAnywhere.add(keyOf(suite, id));
      if (roster.causeOf(suite.kind, id)) continue;
      unexpected.push({ suite: suite.name, mode, case: id, reason: failure });
    }
  }
  const healed = new Map<string, Report['healed'][number]>();
  for (const { suite, results } of outcomes) {
    for (const { id, skipped } of results) {
      const cause = roster.causeOf(suite.kind, id)?.cause;
      if (cause === undefined || skipped !== undefined || failedAnywhere.has(keyOf(suite, id)))
        continue;
      healed.set(keyOf(suite, id), { suite: suite.name, case: id, reason: cause });
    }
  }
  const suites = outcomes.map(toSuiteReport);
  return { suites, unexpected, healed: [...healed.values()] };
}

function toSuiteReport({ suite, mode, results }: Outcome): SuiteReport {
  const deliberate = results.filter(({ isDeliberate }) => isDeliberate).length;
  const failed = results.filter(({ failure }) => failure !== undefined);
  const skipped = results.filter((one) => one.skipped !== undefined).length;
  return {
    name: suite.name,
    mode,
    passed: results.length - failed.length - deliberate - skipped,
    failed: failed.length,
    deliberate,
    skipped,
    total: results.length,
    pushed: results.filter(({ pushed }) => pushed).length,
    failures: failed.map(({ id, failure }) => ({ case: id, reason: failure ?? '' })),
  };
}
