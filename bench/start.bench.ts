// From spawn to the ready line, to the first accepted span, and the memory of doing nothing.
import { setTimeout as sleep } from 'node:timers/promises';
import { runPhase } from './lib/phase.ts';
import type { Figure } from './lib/report.ts';

export async function measureStart(): Promise<Figure[]> {
  const { figures } = await runPhase(async (phase) => {
    const readyMs = phase.program.readyMs;
    const startedMs = performance.now();
    await phase.ingest({ kind: 'spans', itemsPerBody: 1, parts: 1, connections: 1, bodies: 1 });
    const firstSpanMs = readyMs + (performance.now() - startedMs);
    await sleep(15_000);
    return { readyMs, firstSpanMs, idleBytes: await phase.residentBytes() };
  });
  return [
    { name: 'start to ready', value: figures.readyMs / 1000, unit: 's', atMost: 2 },
    {
      name: 'start to first accepted span (sender included)',
      value: figures.firstSpanMs / 1000,
      unit: 's',
    },
    { name: 'idle RSS', value: figures.idleBytes / 2 ** 20, unit: 'MiB', atMost: 500 },
  ];
}
