// What a query cost, as far as an answer tells it.
export interface QueryStats {
  /** Lines that came out of the engine to be run through a pipeline or to be shown. */
  linesRead: number;
  bytesRead: number;
  /** Scans that the engine answered alone, and all scans. */
  scansPushedDown: number;
  scans: number;
}

export const newStats = (): QueryStats => ({
  linesRead: 0,
  bytesRead: 0,
  scansPushedDown: 0,
  scans: 0,
});
