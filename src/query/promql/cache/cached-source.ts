// A source that remembers: answers for the steps of grids, and the samples that they are made of. It
// reads only what it does not have, or what writes have changed since.
import { systemClock } from '#lib/clock.ts';
import { BugError } from '#lib/errors.ts';
import { withoutMarkedNames } from '#query/vector/name.ts';
import type { GridSeries, RawSeries } from '#query/vector/value.ts';
import { pushDown, type Statement } from '../compile/push-down.ts';
import { evaluate } from '../eval/evaluate.ts';
import { fixedEndMs, nodeKey, partOf, type Steps, windowOffsetMs } from '../plan/part.ts';
import type { ReadScope, SampleSource } from '../read/source.ts';
import { type GridRun, joinRuns, runBytes, sliceRun } from './grid-run.ts';
import type { CacheMemory } from './memory.ts';
import { SampleCache } from './sample-cache.ts';

interface Answer {
  readonly series: readonly GridSeries[];
  /** As `SampleSource.isBeyondEngine`. */
  readonly isBeyond: boolean;
}

interface Question {
  readonly statement: Statement;
  readonly scope: ReadScope;
}

/** So many times as many steps are asked for in all. */
const shortShare = 8;

export function cachedSource(source: SampleSource, memory: CacheMemory): SampleSource {
  const cached = new CachedSource(source, memory);
  return {
    pushDown: source.pushDown,
    select: async (read, scope) =>
      (await cached.samples.select(read, scope)) ?? source.select(read, scope),
    run: async (statement, scope) => (await cached.answer({ statement, scope })).series,
    isBeyondEngine: async (statement, scope) =>
      (await cached.answer({ statement, scope })).isBeyond,
  };
}

class CachedSource {
  readonly samples: SampleCache;
  readonly #source: SampleSource;
  readonly #memory: CacheMemory;
  /** `run` and `isBeyondEngine` are asked about the same statement side by side. */
  readonly #answers = new WeakMap<Statement, Promise<Answer>>();

  constructor(source: SampleSource, memory: CacheMemory) {
    this.samples = new SampleCache(source, memory);
    this.#source = source;
    this.#memory = memory;
  }

  answer(question: Question): Promise<Answer> {
    const { statement } = question;
    const known = this.#answers.get(statement);
    if (known) return known;
    // A single step is seldom asked for again.
    const isGrid = statement.steps > 1 || fixedEndMs(statement.node) !== undefined;
    const whole = { first: 0, count: statement.steps };
    const answer = isGrid ? this.#answerGrid(question) : this.#ask(question, whole);
    this.#answers.set(statement, answer);
    return answer;
  }

  async #answerGrid(question: Question): Promise<Answer> {
    const memory = this.#memory;
    const { scope } = question;
    const wanted = wantedOf(question.statement);
    const key = keyOf(question, wanted);
    // Before anything is read: what is written from now on may be missing in the answer.
    const { sequence } = memory.writes;
    const keep = (run: Omit<GridRun, 'sequence'>): void => {
      memory.keep(key, { ...run, sequence }, runBytes(run));
    };
    const known = this.#validPart(key, question);
    const overlap = known && overlapOf(known, wanted);
    if (!known || !overlap) {
      memory.countLookup('grid', 'miss');
      const answer = await this.#ask(question, { first: 0, count: wanted.count });
      if (!answer.isBeyond) keep({ ...wanted, series: answer.series });
      return answer;
    }
    charge(scope, known.series, overlap.count);
    const from = stepsBetween(known.startMs, wanted);
    if (overlap.count === wanted.count) {
      memory.countLookup('grid', 'hit');
      const series = sliceRun(known.series, { first: from, count: wanted.count });
      return { series, isBeyond: false };
    }
    memory.countLookup('grid', 'part');
    const after = overlap.first + overlap.count;
    const behindCount = wanted.count - after;
    const before = await this.#ask(question, { first: 0, count: overlap.first });
    const behind = await this.#ask(question, { first: after, count: behindCount });
    if (before.isBeyond || behind.isBeyond) return { series: [], isBeyond: true };
    // All that is known stays so, unless that would be much more than is asked for.
    const added = wanted.count - overlap.count;
    const isShort = known.count + added <= wanted.count * 2;
    const whole = { first: 0, count: known.count };
    const kept = isShort ? whole : { first: Math.max(0, from), count: overlap.count };
    const series = joinRuns([
      { count: overlap.first, series: before.series },
      { count: kept.count, series: sliceRun(known.series, kept) },
      { count: behindCount, series: behind.series },
    ]);
    const startMs = isShort ? Math.min(wanted.startMs, known.startMs) : wanted.startMs;
    keep({ startMs, count: kept.count + added, series });
    const first = stepsBetween(startMs, wanted);
    return { series: sliceRun(series, { first, count: wanted.count }), isBeyond: false };
  }

  /** The remembered steps whose windows end before everything that was written since. */
  #validPart(key: string, { statement: { node }, scope }: Question): GridRun | undefined {
    const known = this.#memory.find(key) as GridRun | undefined;
    if (!known) return undefined;
    const earliestMs = this.#memory.writes.earliestSince(scope.tenant, known.sequence);
    const isFixed = fixedEndMs(node) !== undefined;
    const lateMs = isFixed ? 0 : windowOffsetMs(node);
    const stepMs = isFixed ? 1 : node.grid.stepMs;
    let { count } = known;
    while (count > 0 && known.startMs + (count - 1) * stepMs - lateMs >= earliestMs) count--;
    return count === 0 ? undefined : { ...known, count };
  }

  /** From samples where they may be remembered, else from the engine. */
  async #ask({ statement, scope }: Question, steps: Steps): Promise<Answer> {
    if (steps.count === 0) return { series: [], isBeyond: false };
    const isWhole = steps.count === statement.steps;
    const part = isWhole ? statement : pushDown(partOf(statement.node, steps), scope);
    if (!part) throw new BugError('BUG: a part of what is pushed down can be pushed down');
    // Adding a moment to an hour of samples costs more than asking the engine for that moment.
    const isShort = steps.count === 1 || steps.count * shortShare <= statement.steps;
    const isLeft = isShort && this.samples.isChanging(part.read, scope);
    if (this.#source.pushDown === 'auto' && !isLeft) {
      const samples = await this.samples.selectWide(part.read, scope);
      if (samples) return computeHere(part, samples, scope);
    }
    const [series, isBeyond] = await Promise.all([
      this.#source.run(part, scope),
      this.#source.isBeyondEngine?.(part, scope) ?? false,
    ]);
    return { series, isBeyond };
  }
}

/** Starts of counting are left to who evaluates the whole query, which may have to tell of them. */
async function computeHere(
  { node, dependsOnStarts, steps, labels }: Statement,
  samples: readonly RawSeries[],
  { budget }: ReadScope,
): Promise<Answer> {
  if (dependsOnStarts && samples.some(({ starts }) => starts)) {
    return { series: [], isBeyond: true };
  }
  const root = partOf(node, { first: 0, count: steps });
  const { value } = await evaluate(
    { root, grid: root.grid, text: '' },
    {
      input: {
        samplesOf: () => samples,
        pushedSeries: () => {
          throw new BugError('BUG: nothing is pushed down below a statement');
        },
      },
      checkpoint: () => budget.checkpoint(),
      reserve: (points) => budget.addSamples(points),
      clock: systemClock,
      keepsMarkedNames: true,
    },
  );
  if (value.kind !== 'vector') throw new BugError('BUG: a statement gives a vector');
  // As the engine gives them: only groups keep names that are to go.
  const series = labels ? value.series : withoutMarkedNames(value.series);
  return { series, isBeyond: false };
}

/** The steps that a statement wants; windows that all end at one time are one. */
interface Wanted {
  readonly startMs: number;
  readonly stepMs: number;
  readonly count: number;
}

function wantedOf({ node, steps }: Statement): Wanted {
  const endMs = fixedEndMs(node);
  if (endMs !== undefined) return { startMs: endMs, stepMs: 1, count: 1 };
  const { startMs, stepMs } = node.grid;
  return { startMs, stepMs, count: steps };
}

const stepsBetween = (startMs: number, wanted: Wanted): number =>
  Math.round((wanted.startMs - startMs) / wanted.stepMs);

function keyOf({ statement: { node }, scope }: Question, { startMs, stepMs }: Wanted): string {
  const { tenant, isStrict } = scope;
  const phase = fixedEndMs(node) ?? ((startMs % stepMs) + stepMs) % stepMs;
  return JSON.stringify(['grid', tenant, isStrict, stepMs, phase, nodeKey(node)]);
}

/** The wanted steps that are known. */
function overlapOf(known: GridRun, wanted: Wanted): Steps | undefined {
  const shift = -stepsBetween(known.startMs, wanted);
  const first = Math.max(0, shift);
  const end = Math.min(wanted.count, shift + known.count);
  return end > first ? { first, count: end - first } : undefined;
}

/** What is remembered costs as much as what is read. */
function charge({ budget }: ReadScope, series: readonly GridSeries[], steps: number): void {
  budget.addSamples(series.length * steps);
  budget.checkSeries(series.length);
}
