// What must hold after any flood, short or long.
import { expect } from 'vitest';
import type { FloodReport } from './flood.ts';

export function expectOrderly(report: FloodReport): void {
  const { senders, stored } = report;
  const storedOf = { spans: stored.spans, logs: stored.logRecords, samples: stored.samples };
  for (const kind of ['spans', 'logs', 'samples'] as const) {
    expect(storedOf[kind]).toBeGreaterThanOrEqual(senders[kind].accepted);
    expect(storedOf[kind]).toBeLessThanOrEqual(senders[kind].offered);
  }
  for (const sender of Object.values(senders)) {
    expect(sender.accepted).toBeGreaterThan(0);
    // Nothing but success and retryable refusals.
    expect(Object.keys(sender.statuses).filter((s) => !['200', '429', '503'].includes(s))).toEqual(
      [],
    );
  }
  expect(report.countedRefused).toBe(refusedRequests(report));
  expect(report.peakBytes).toBeLessThan(report.allowedBytes);
  expect(report.queries.answered).toBeGreaterThan(0);
  expect(report.queries.failed).toBe(0);
}

/** Answers of 429 and 503 that the senders saw. */
function refusedRequests({ senders }: FloodReport): number {
  const refused = Object.values(senders).map(
    ({ statuses }) => (statuses[429] ?? 0) + (statuses[503] ?? 0),
  );
  return refused.reduce((sum, count) => sum + count, 0);
}

export function summaryOf(report: FloodReport): string {
  const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  const lines = Object.entries(report.senders).map(
    ([kind, s]) =>
      `${kind}: offered ${s.offered}, accepted ${s.accepted}, refused ${s.refused} in ${s.seconds} s`,
  );
  return [
    ...lines,
    `stored ${JSON.stringify(report.stored)}`,
    `peak ${mib(report.peakBytes)} of ${mib(report.allowedBytes)} allowed`,
    `queries ${JSON.stringify(report.queries)}, requests counted as refused ${report.countedRefused}`,
  ].join('\n');
}
