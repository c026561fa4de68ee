// What came of the tests of one file.

export interface TestFailure {
  /** The name of the test group; '' when it has none. */
  readonly test: string;
  readonly kind: 'file' | 'input' | 'rule' | 'alert' | 'expression';
  readonly message: string;
  /** For alerts and expressions: what was expected and what there was, one item per line. */
  readonly expected?: readonly string[];
  readonly got?: readonly string[];
}

export interface FileOutcome {
  readonly file: string;
  readonly tests: number;
  readonly warnings: readonly string[];
  readonly failures: readonly TestFailure[];
}
