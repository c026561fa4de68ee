// A million series that are active at once, by remote write: whether both processes stay within the
// memory that they are given by default (memory.limit and the engine's cap).
import { cpuSecondsOf, residentBytesOf, sampleMemory } from '../test/lib/process-stats.ts';
import { runPhase } from './lib/phase.ts';
import { runRemoteWrite } from './lib/remote-write.ts';
import type { Figure } from './lib/report.ts';

const stepMs = 15_000;
const mebibyte = 2 ** 20;
/** memory.limit: 1GiB. */
const programBytesMax = 1024 * mebibyte;

export async function measureActiveSeries(isQuick: boolean): Promise<Figure[]> {
  const activeSeries = isQuick ? 100_000 : 1_000_000;
  const steps = 4;
  const { figures, tables } = await runPhase(async (phase) => {
    const status = (await phase.getJson('/api/status')) as Status;
    const program = phase.program.child.pid as number;
    const engine = status.engine.pid;
    const pids = [program, engine];
    const peaks = pids.map((pid) => sampleMemory(() => [pid]));
    const together = sampleMemory(() => pids);
    const used = (): number => pids.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);
    const url = `${phase.program.url}/prometheus/api/v1/write`;
    const startMs = Math.floor(Date.now() / stepMs) * stepMs - 600_000;
    const send = async (step: number, some: number): Promise<number> => {
      const before = used();
      const from = startMs + step * stepMs;
      const report = await runRemoteWrite({
        url,
        startMs: from,
        stepMs,
        steps: some,
        activeSeries,
      });
      return report.samples / (used() - before);
    };
    const whenNew = await send(0, 1);
    const whenKnown = await send(1, steps - 1);
    await phase.settle();
    for (const sampler of [...peaks, together]) sampler.stop();
    const [programPeak = 0, enginePeak = 0] = peaks.map((sampler) => sampler.peakBytes());
    const asking = sampleMemory(() => pids);
    const answer = (await phase.getJson(
      `/prometheus/api/v1/query?query=count(bench_active)&time=${(startMs + 2 * stepMs) / 1000}`,
    )) as { data: { result: { value: [number, string] }[] } };
    const counted = Number(answer.data.result[0]?.value[1]);
    if (counted !== activeSeries) throw new Error(`${counted} of ${activeSeries} series are there`);
    asking.stop();
    const inMebibytes = (name: string, bytes: number, atMost?: number): Figure => ({
      name: `active series: ${name}`,
      value: bytes / mebibyte,
      unit: 'MiB',
      ...(atMost === undefined ? {} : { atMost: atMost / mebibyte }),
    });
    const engineBytesMax = status.engine.memoryBytesMax;
    return [
      { name: 'active series', value: activeSeries, unit: 'series' },
      { name: 'active series: new, per CPU s', value: whenNew, unit: 'samples' },
      { name: 'active series: known, per CPU s', value: whenKnown, unit: 'samples' },
      inMebibytes('peak RSS', together.peakBytes(), programBytesMax + engineBytesMax),
      inMebibytes('peak RSS of the program', programPeak, programBytesMax),
      inMebibytes('peak RSS of the engine', enginePeak, engineBytesMax),
      inMebibytes('peak RSS of a query of all', asking.peakBytes()),
      inMebibytes('RSS of the program after it', residentBytesOf(program)),
    ];
  });
  const rows = tables.get('otel_series')?.rows ?? Number.NaN;
  // The program's own series are among them.
  return [...figures, { name: 'active series: rows of otel_series', value: rows, unit: 'rows' }];
}

interface Status {
  readonly engine: { readonly pid: number; readonly memoryBytesMax: number };
}
