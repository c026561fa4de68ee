// What a pipeline stage is: its words, what is wrong with its arguments, and what it does to a line.
// https://grafana.com/docs/loki/latest/send-data/promtail/stages/
import type { Clock } from '#lib/clock.ts';
import { InputError } from '#lib/errors.ts';
import type { GoFunction } from '#lib/gotemplate/value.ts';
import type { CollectedEntry } from '#pipeline/log/entry.ts';
import type { StageConfig } from '#pipeline/log/stage-config.ts';
import type { Problem } from '#prometheus-config/place.ts';
import type { StageMetrics } from './stage-metrics.ts';
import type { ExtractedValue } from './value.ts';

/** A line and what stages have found in it so far; at first that is its labels. */
export interface StageEntry extends CollectedEntry {
  extracted: Map<string, ExtractedValue>;
}

/** Takes one line and hands on none, one or several. It never throws. */
export type Step = (entry: StageEntry) => void;

/** A test of a line, compiled from LogQL. */
export type EntryTest = (labels: ReadonlyMap<string, string>, line: string) => boolean;

/** Names and what was found for them, as far as the line follows the pattern. */
export type CapturePattern = (line: string) => readonly (readonly [name: string, value: string])[];

/** What preparing a stage needs. */
export interface StageTools {
  /** A stream selector with line filters. Throws InputError. */
  readonly compileSelector: (selector: string) => EntryTest;
  /** What stands between the literals of a pattern, by name. Throws InputError. */
  readonly compilePattern: (pattern: string) => CapturePattern;
  /** Functions of templates, beside Go's and Promtail's own. */
  readonly templateFunctions: Readonly<Record<string, GoFunction>>;
}

/** What a stage gets that may have stages of its own. */
export interface PrepareTools extends StageTools {
  /** Throws StageProblems. */
  readonly prepareStages: (configs: readonly StageConfig[]) => PreparedStage;
}

/** Calls back once, after so many milliseconds, unless it is cancelled. */
export type After = (delayMs: number, run: () => void) => () => void;

/** What a running stage needs. */
export interface StageContext {
  readonly clock: Clock;
  /** At least 0, less than 1. */
  readonly random: () => number;
  readonly after: After;
  readonly metrics: StageMetrics;
  /** Counts a dropped line and releases it. */
  readonly drop: (entry: StageEntry, reason: string) => void;
  /** A stage could not do its work on a line, which goes on unchanged. */
  readonly onFailure: (kind: StageConfig['kind']) => void;
  /** Lines begin to wait, or do so no longer: the sender waits as long as there are any. */
  readonly onWaiting: (change: 1 | -1) => void;
  /** What to do when the pipeline stops; earlier stages come first. */
  readonly onStop: (handOn: () => void) => void;
}

/** A stage with checked arguments; it may be created more than once. */
export type PreparedStage = (context: StageContext, next: Step) => Step;

export interface StageDefinition<C extends StageConfig = StageConfig> {
  readonly kind: C['kind'];
  readonly doc: string;
  /** As it stands in a Promtail file. */
  readonly example: string;
  /** Throws InputError `log_stage_invalid` for arguments that make no sense, or StageProblems. */
  prepare(config: C, tools: PrepareTools): PreparedStage;
}

export const defineStage = <C extends StageConfig>(definition: StageDefinition<C>) => definition;

/** Of stages within a stage: each has its place. */
export class StageProblems extends Error {
  override readonly name = 'StageProblems';
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems[0]?.message ?? '');
    this.problems = problems;
  }
}

export const invalid = (message: string, cause?: unknown): InputError =>
  new InputError('log_stage_invalid', message, { cause });

/** A stage that changes a line and hands it on; what `change` throws is counted. */
export const changing =
  (kind: StageConfig['kind'], change: (entry: StageEntry) => void): PreparedStage =>
  ({ onFailure }, next) =>
  (entry) => {
    try {
      change(entry);
    } catch {
      onFailure(kind);
    }
    next(entry);
  };
