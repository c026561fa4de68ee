// One kind of ingest for some seconds, with the CPU of each process: the tool to find out why.
// `npx tsx bench/profile.ts spans 8 --cpu-prof --cpu-prof-dir=profiles` (the rest goes to Node).
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSender } from '../test/lib/flood.ts';
import { cpuSecondsOf } from '../test/lib/process-stats.ts';
import { freePortOffset, startProgram } from '../test/lib/program.ts';
import { ingestPlans } from './lib/plans.ts';

const [kind = '', seconds = '8', ...nodeArgs] = process.argv.slice(2);
const plan = ingestPlans[kind as keyof typeof ingestPlans];
if (!plan) throw new Error(`the first argument is one of ${Object.keys(ingestPlans).join(', ')}`);

const dataDir = await mkdtemp(join(tmpdir(), 'sightline-profile-'));
const program = await startProgram({ dataDir, portOffset: await freePortOffset(), nodeArgs });
const status = (await (await fetch(`${program.url}/api/status`)).json()) as {
  engine: { pid: number };
};
const pids = { program: program.child.pid as number, engine: status.engine.pid };
const port = program.ports.otlpHttp;
await runSender({ ...plan(), port, seconds: 3, firstSequence: 1_000_000 });
const before = { program: cpuSecondsOf(pids.program), engine: cpuSecondsOf(pids.engine) };
const report = await runSender({ ...plan(), port, seconds: Number(seconds) });
const perMillion = (cpuSeconds: number): string =>
  ((cpuSeconds / report.accepted) * 1e6).toFixed(2);
console.log({
  perSecond: Math.round(report.accepted / report.seconds),
  programCpuPerMillion: perMillion(cpuSecondsOf(pids.program) - before.program),
  engineCpuPerMillion: perMillion(cpuSecondsOf(pids.engine) - before.engine),
  senderCpuPerMillion: perMillion(report.cpuSeconds),
  statuses: report.statuses,
});
await program.stop();
await rm(dataDir, { recursive: true, force: true });
