// Where something stands in a file, and what is wrong there.

/** Line and column count from 1, as editors do. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly place: Place;
  /** The keys that lead there, like `scrape_configs[2].scrape_interval`; empty for the whole file. */
  readonly path: string;
  readonly message: string;
}

/** `file:line:column: path: message`. */
export function formatProblem({ place, path, message }: Omit<Problem, 'severity'>): string {
  const where = `${place.file}:${place.line}:${place.column}`;
  return path === '' ? `${where}: ${message}` : `${where}: ${path}: ${message}`;
}
