// The answer of GET /api/status, shared with the web UI.

export interface PortStatus {
  readonly name: string;
  readonly port: number;
  readonly isBound: boolean;
  /** Why it is not bound. */
  readonly message?: string;
}

export interface SignalCounts {
  readonly accepted: number;
  readonly refused: number;
}

export interface Status {
  readonly version: string;
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  readonly isReady: boolean;
  /** Why it is not ready. */
  readonly message?: string;
  readonly ports: readonly PortStatus[];
  readonly engine: {
    readonly kind: 'embedded' | 'external';
    readonly version: string;
    readonly pid?: number;
    readonly restarts: number;
    readonly cluster?: string;
    readonly schemaVersion: number;
    readonly residentBytes?: number;
    readonly memoryBytesMax?: number;
  };
  readonly ingest: {
    readonly spans: SignalCounts;
    readonly logRecords: SignalCounts;
    readonly metricPoints: SignalCounts;
    readonly queueBytes: number;
    readonly queueBytesMax: number;
  };
  readonly retentionSeconds: {
    readonly metrics: number;
    readonly logs: number;
    readonly traces: number;
  };
  readonly residentBytes: number;
}
