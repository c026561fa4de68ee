// The three kinds of failure of the whole program (CONTRIBUTING.md, "Errors"). Codes are stable
// strings, declared in `errors.ts` of the folder that throws them and listed in
// docs/reference/errors.md.

/** Where in a text the problem lies: offsets in UTF-16 code units, `to` exclusive. */
export interface TextSpan {
  readonly from: number;
  readonly to: number;
}

export interface InputErrorOptions {
  readonly span?: TextSpan;
  /** What helps, as a full sentence; names the configuration key where there is one. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Somebody sent something wrong. Reported to the sender, counted, never logged as an error. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly code: string;
  readonly span: TextSpan | undefined;
  readonly hint: string | undefined;
  constructor(code: string, message: string, options: InputErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.span = options.span;
    this.hint = options.hint;
  }
}

export interface OperationErrorOptions {
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** The world failed: engine down, deadline passed, queue full, cancelled. */
export class OperationError extends Error {
  override readonly name = 'OperationError';
  readonly code: string;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  constructor(code: string, message: string, options: OperationErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** We are wrong. Fails the unit of work with its stack in the log; the process keeps running. */
export class BugError extends Error {
  override readonly name = 'BugError';
}

/** Checks an invariant of ours; `message` starts with what was expected. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new BugError(`BUG: ${message}`);
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
