// A sender process: posts stamped bodies over some connections as fast as it is let, and prints
// one line of JSON at the end. Refused bodies (429, 503) are counted and sent again unless told not to.
import { Agent, request } from 'node:http';
import { type Body, type BodyKind, createBody } from '../test/lib/otlp-body.ts';

export interface SenderPlan {
  readonly port: number;
  readonly kind: BodyKind;
  readonly itemsPerBody: number;
  /** Different bodies (services, streams, groups of series). */
  readonly parts: number;
  readonly connections: number;
  /** Stops after this many bodies, or after `seconds`. */
  readonly bodies?: number;
  readonly seconds?: number;
  readonly firstSequence?: number;
  /** Time of body n: start + n / parts × step (samples), else about now. */
  readonly startMs?: number;
  readonly stepMs?: number;
  readonly retryRefused?: boolean;
  /** The body with this number has the needle in its first line. */
  readonly needleAt?: number;
}

export interface SenderReport {
  offered: number;
  accepted: number;
  refused: number;
  failed: number;
  bytes: number;
  seconds: number;
  cpuSeconds: number;
  /** Sequences of accepted bodies. */
  acceptedBodies: number;
  statuses: Record<string, number>;
}

const paths: Record<BodyKind, string> = {
  spans: '/v1/traces',
  logs: '/v1/logs',
  samples: '/v1/metrics',
};

interface WorkerBodies {
  readonly bodies: readonly Body[];
  readonly withNeedle: Body | undefined;
}

function prepareBodies({ kind, itemsPerBody, parts, needleAt }: SenderPlan): WorkerBodies {
  return {
    bodies: Array.from({ length: parts }, (_, part) => createBody(kind, itemsPerBody, part)),
    withNeedle: needleAt === undefined ? undefined : createBody(kind, itemsPerBody, 0, true),
  };
}

const cloneBodies = ({ bodies, withNeedle }: WorkerBodies): WorkerBodies => ({
  bodies: bodies.map((body) => body.clone()),
  withNeedle: withNeedle?.clone(),
});

async function send(plan: SenderPlan): Promise<SenderReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: plan.connections });
  const report: SenderReport = {
    offered: 0,
    accepted: 0,
    refused: 0,
    failed: 0,
    bytes: 0,
    seconds: 0,
    cpuSeconds: 0,
    acceptedBodies: 0,
    statuses: {},
  };
  // Encoded before the clock starts; each connection has its own, to stamp while others are sent.
  const first = prepareBodies(plan);
  const prepared = Array.from({ length: plan.connections }, () => cloneBodies(first));
  const startedMs = Date.now();
  const startedCpu = process.cpuUsage();
  const firstSequence = plan.firstSequence ?? 0;
  let next = 0;
  const isOver = () =>
    (plan.bodies !== undefined && next >= plan.bodies) ||
    (plan.seconds !== undefined && Date.now() - startedMs >= plan.seconds * 1000);
  const post = (bytes: Buffer): Promise<number> =>
    new Promise((resolve) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: plan.port,
          path: paths[plan.kind],
          method: 'POST',
          agent,
          headers: { 'content-type': 'application/x-protobuf', 'content-length': bytes.length },
        },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
          response.on('error', () => resolve(0));
        },
      );
      sent.on('error', () => resolve(0));
      sent.end(bytes);
    });
  const worker = async ({ bodies, withNeedle }: WorkerBodies): Promise<void> => {
    while (!isOver()) {
      const number = next++;
      const body = number === plan.needleAt ? withNeedle : bodies[number % plan.parts];
      if (!body) return;
      const timeMs =
        plan.startMs === undefined
          ? Date.now()
          : plan.startMs + Math.floor(number / plan.parts) * (plan.stepMs ?? 0);
      body.stamp(
        firstSequence + (plan.kind === 'samples' ? Math.floor(number / plan.parts) : number),
        timeMs,
      );
      for (;;) {
        report.offered += body.items;
        const status = await post(body.bytes);
        report.statuses[status] = (report.statuses[status] ?? 0) + 1;
        if (status === 200) {
          report.accepted += body.items;
          report.acceptedBodies++;
          report.bytes += body.bytes.length;
          break;
        }
        if (status === 429 || status === 503) report.refused += body.items;
        else report.failed += body.items;
        if (plan.retryRefused === false || isOver()) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  await Promise.all(prepared.map(worker));
  agent.destroy();
  report.seconds = (Date.now() - startedMs) / 1000;
  const cpu = process.cpuUsage(startedCpu);
  report.cpuSeconds = (cpu.user + cpu.system) / 1e6;
  return report;
}

const report = await send(JSON.parse(process.argv[2] as string) as SenderPlan);
process.stdout.write(`${JSON.stringify(report)}\n`);
