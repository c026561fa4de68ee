// The log of one container of a pod, read through the API server until it ends, and again.
// https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod
import type { HttpClient } from '#discovery/http-client.ts';
import { OperationError } from '#lib/errors.ts';
import { LineCutter } from '../line-cutter.ts';
import { formatRfc3339, splitTime } from '../rfc3339.ts';
import { handOn, type TimedIntake, type TimedLine } from '../timed-intake.ts';
import type { PodContainer } from './pod-target.ts';

/** Longer lines are cut into pieces. */
const lineBytesMax = 1 << 20;

/** The API server said no, with its status. */
export class LogRefused extends OperationError {
  readonly status: number;
  constructor(status: number, message: string) {
    super('kubernetes_logs_refused', message, { retryable: true });
    this.status = status;
  }
}

export interface PodLogOptions {
  readonly client: HttpClient;
  readonly server: string;
  readonly target: PodContainer;
  /** Of a line that comes without a time. */
  readonly untimed: () => bigint;
  readonly onLines: (count: number) => void;
}

/** Reads until the stream ends; the number of new lines. Throws OperationError, LogRefused among it. */
export async function readPodLog(
  { client, server, target, untimed, onLines }: PodLogOptions,
  intake: TimedIntake,
  signal: AbortSignal,
): Promise<number> {
  intake.ledger.restart();
  const since = intake.ledger.sinceNano;
  const query = new URLSearchParams({
    follow: 'true',
    container: target.container,
    timestamps: 'true',
    ...(since !== undefined && { sinceTime: formatRfc3339(since) }),
  });
  const [namespace, pod] = [target.namespace, target.pod].map(encodeURIComponent);
  const url = `${server}/api/v1/namespaces/${namespace}/pods/${pod}/log?${query}`;
  const response = await client.stream({ url, signal });
  if (response.status !== 200) throw await refusal(target, response);
  const cutter = new LineCutter(lineBytesMax);
  let lastNano: bigint | undefined;
  const toLine = (bytes: Buffer): TimedLine => {
    const { timeNano, text } = splitTime(bytes);
    // A piece of a line that was cut has the time of its line.
    lastNano = timeNano ?? lastNano ?? untimed();
    return { stream: '', timeNano: lastNano, line: text.toString('utf8') };
  };
  let count = 0;
  const take = async (pieces: readonly Buffer[]): Promise<void> => {
    const taken = await handOn(pieces.map(toLine), intake, signal);
    if (taken > 0) onLines(taken);
    count += taken;
  };
  for await (const chunk of response.body) {
    await take(cutter.push(chunk));
    if (signal.aborted) return count;
  }
  await take(cutter.end());
  return count;
}

async function refusal(
  { namespace, pod, container }: PodContainer,
  { status, body }: Awaited<ReturnType<HttpClient['stream']>>,
): Promise<LogRefused> {
  let text = '';
  for await (const chunk of body) {
    text += chunk.toString('utf8');
    if (text.length > 2000) break;
  }
  const said = messageIn(text);
  const where = `${namespace}/${pod}:${container}`;
  const message = `cannot read the log of ${where}: the API server answered ${status}: ${said}`;
  return new LogRefused(status, message);
}

/** Of a Status object; else the text as it is. */
function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: string };
    return message ?? text.slice(0, 300);
  } catch {
    return text.trim().slice(0, 300);
  }
}
