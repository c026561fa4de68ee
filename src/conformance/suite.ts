// What a suite is: cases of one folder or file, and how they are run.
import type { RunningTarget, Target } from './target.ts';

/**
 * - default: parts of a query run in the engine where that is exact.
 * - pushed: everything that can; what cannot is run by the default rules.
 * - local: nothing.
 */
export type Mode = 'default' | 'pushed' | 'local';
export const modes: readonly Mode[] = ['default', 'pushed', 'local'];

export interface CaseResult {
  /** The same in every run: file, place in it and the question. */
  readonly id: string;
  /** Undefined when the case passed. */
  readonly failure: string | undefined;
  /** Why it was not asked. */
  readonly skipped?: string;
  /** Whether the question is one for the engine alone; undefined where nobody said. */
  readonly pushed?: boolean;
  /** The refusal was only that `query.push_down` is always. */
  readonly notPushable?: boolean;
  /** The answer is another one than expected, on purpose: the one that is listed. */
  readonly isDeliberate?: boolean;
}

export interface Suite {
  /** The path below the folder that was named. */
  readonly name: string;
  /** What the cases are, whatever their folder is called: `promql-scripts`, `logql-recorded`, … */
  readonly kind: string;
  /** Suites without a server ask our functions; they are run once, whatever the modes. */
  readonly needsServer: boolean;
  run(context: SuiteContext): Promise<readonly CaseResult[]>;
}

export interface SuiteContext {
  /** Only suites that need a server may ask for it. */
  readonly target: Target;
  readonly mode: Mode;
  /** Starts a program that scrapes this page; absent when another program is tested. */
  readonly startScraped?: (page: string) => Promise<RunningTarget>;
  readonly progress: (text: string) => void;
  /** Of recorded cases only every so many-th is asked; default 1. */
  readonly every?: number;
}

/** How a file or folder that is not what it should be shows up: one failed case. */
export function brokenSuite(name: string, kind: string, reason: string): Suite {
  const result: CaseResult = { id: name, failure: reason };
  return { name, kind, needsServer: false, run: async () => [result] };
}
