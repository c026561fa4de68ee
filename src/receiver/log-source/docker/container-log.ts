// The log of one container, read over Docker's API until the container or the connection ends, and again.
// https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Container/operation/ContainerLogs
import type { HttpClient } from '#discovery/http-client.ts';
import { OperationError } from '#lib/errors.ts';
import { keepFollowing } from '../keep-following.ts';
import { LineCutter } from '../line-cutter.ts';
import type { RetrySettings } from '../retries.ts';
import type { SourceContext } from '../source-context.ts';
import type { TailSignals } from '../tail-set.ts';
import { TimeLedger } from '../time-ledger.ts';
import { handOn, type TimedIntake } from '../timed-intake.ts';
import { ContainerLines } from './container-lines.ts';
import { Demultiplexer } from './multiplexed.ts';

export interface ContainerLogOptions {
  readonly id: string;
  readonly client: HttpClient;
  /** Of the API, without a slash at its end. */
  readonly base: string;
  readonly positionKey: string;
  readonly labelsOf: TimedIntake['labelsOf'];
  readonly context: SourceContext;
  readonly retries: RetrySettings | undefined;
  readonly onLines: (count: number) => void;
  readonly onFailure: (error: unknown) => void;
}

/** Longer lines are cut into pieces. */
export const lineBytesMax = 1 << 20;
const inspectMs = 10_000;
const inspectBytesMax = 8 << 20;

/** Until one of the signals says so; never rejects. */
export async function followContainer(
  options: ContainerLogOptions,
  signals: TailSignals,
): Promise<void> {
  const { context, labelsOf, positionKey, retries, onFailure } = options;
  const ledger = new TimeLedger(context.positions, positionKey);
  await keepFollowing({
    signals,
    retries,
    onFailure,
    once: (signal) => readLog(options, { ledger, context, labelsOf }, signal),
  });
}

async function readLog(
  options: ContainerLogOptions,
  intake: TimedIntake,
  signal: AbortSignal,
): Promise<number> {
  const { client, base, id, context, onLines } = options;
  const isTerminal = await hasTerminal(options, signal);
  intake.ledger.restart();
  const since = intake.ledger.sinceNano ?? 0n;
  const query = new URLSearchParams({
    follow: '1',
    stdout: '1',
    stderr: '1',
    timestamps: '1',
    since: `${since / 1_000_000_000n}.${String(since % 1_000_000_000n).padStart(9, '0')}`,
  });
  const url = `${base}/containers/${encodeURIComponent(id)}/logs?${query}`;
  const response = await client.stream({ url, signal });
  if (response.status !== 200) throw await refusal(id, response);
  const lines = new ContainerLines(lineBytesMax, () => context.times.take(1));
  const demultiplexer = new Demultiplexer();
  const cutter = new LineCutter(lineBytesMax);
  const framesOf = (chunk: Buffer) =>
    isTerminal ? cutter.push(chunk).map(terminalFrame) : demultiplexer.push(chunk);
  let count = 0;
  const take = async (found: ReturnType<ContainerLines['push']>): Promise<void> => {
    const taken = await handOn(found, intake, signal);
    if (taken > 0) onLines(taken);
    count += taken;
  };
  for await (const chunk of response.body) {
    await take(framesOf(chunk).flatMap((frame) => lines.push(frame)));
    if (signal.aborted) return count;
  }
  const last = isTerminal ? cutter.end().map(terminalFrame) : [];
  await take([...last.flatMap((frame) => lines.push(frame)), ...lines.end()]);
  return count;
}

/** A terminal has one stream, and no frames: lines end with CR LF. */
const terminalFrame = (line: Buffer) => ({
  stream: 'stdout' as const,
  bytes: Buffer.concat([line, Buffer.from('\n')]),
});

async function hasTerminal(
  { client, base, id }: ContainerLogOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const { status, body } = await client.request({
    url: `${base}/containers/${encodeURIComponent(id)}/json`,
    signal: AbortSignal.any([signal, AbortSignal.timeout(inspectMs)]),
    bodyBytesMax: inspectBytesMax,
  });
  if (status !== 200) throw refused(id, status, body.toString('utf8'));
  const { Config } = JSON.parse(body.toString('utf8')) as { readonly Config?: { Tty?: boolean } };
  return Config?.Tty === true;
}

async function refusal(
  id: string,
  { status, body }: Awaited<ReturnType<HttpClient['stream']>>,
): Promise<OperationError> {
  let text = '';
  for await (const chunk of body) {
    text += chunk.toString('utf8');
    if (text.length > 200) break;
  }
  return refused(id, status, text);
}

const refused = (id: string, status: number, text: string): OperationError =>
  new OperationError(
    'docker_logs_refused',
    `cannot read the logs of container ${id}: Docker answered ${status} ${text.slice(0, 200).trim()}`,
    { retryable: true },
  );
