// One kind of ingest for some seconds, with the CPU of each process: the tool to find out why.
// `npx tsx bench/profile.ts spans 8 --cpu-prof --cpu-prof-dir=profiles` (the rest goes to Node).
// With `remote-write` the number is one of scrapes of 30,000 series, not of seconds.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSender } from '../test/lib/flood.ts';
import { cpuSecondsOf } from '../test/lib/process-stats.ts';
import { freePortOffset, startProgram } from '../test/lib/program.ts';
import { hourMs, ingestPlans, stepMs } from './lib/plans.ts';
import { runRemoteWrite } from './lib/remote-write.ts';

const [kind = '', seconds = '8', ...nodeArgs] = process.argv.slice(2);
const plan = ingestPlans[kind as keyof typeof ingestPlans];
if (!plan && kind !== 'remote-write') {
  const kinds = [...Object.keys(ingestPlans), 'remote-write'];
  throw new Error(`the first argument is one of ${kinds.join(', ')}`);
}

const dataDir = await mkdtemp(join(tmpdir(), 'sightline-profile-'));
const program = await startProgram({ dataDir, portOffset: await freePortOffset(), nodeArgs });
const status = (await (await fetch(`${program.url}/api/status`)).json()) as {
  engine: { pid: number };
};
const pids = { program: program.child.pid as number, engine: status.engine.pid };
const used = () => ({ program: cpuSecondsOf(pids.program), engine: cpuSecondsOf(pids.engine) });

interface Sent {
  readonly accepted: number;
  readonly seconds: number;
}

async function sendOtlp(made: NonNullable<typeof plan>, duration: number): Promise<Sent> {
  const port = program.ports.otlpHttp;
  return runSender({ ...made(), port, seconds: duration, firstSequence: duration * 1_000_000 });
}

async function sendRemoteWrite(firstStep: number, steps: number): Promise<Sent> {
  const url = `${program.url}/prometheus/api/v1/write`;
  const report = await runRemoteWrite({
    url,
    startMs: startMs + firstStep * stepMs,
    stepMs,
    steps,
  });
  return { accepted: report.samples, seconds: report.seconds };
}

const warmUp = 3;
const startMs = Math.floor(Date.now() / stepMs) * stepMs - hourMs;
await (plan ? sendOtlp(plan, warmUp) : sendRemoteWrite(0, warmUp));
const before = used();
const report = await (plan
  ? sendOtlp(plan, Number(seconds))
  : sendRemoteWrite(warmUp, Number(seconds)));
const after = used();
const perMillion = (cpuSeconds: number): string =>
  ((cpuSeconds / report.accepted) * 1e6).toFixed(2);
console.log({
  perSecond: Math.round(report.accepted / report.seconds),
  programCpuPerMillion: perMillion(after.program - before.program),
  engineCpuPerMillion: perMillion(after.engine - before.engine),
});
await program.stop();
await rm(dataDir, { recursive: true, force: true });
