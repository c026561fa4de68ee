// Runs the sender of remote write as a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RemoteWritePlan, RemoteWriteReport } from '../remote-write-sender.ts';

export async function runRemoteWrite(plan: RemoteWritePlan): Promise<RemoteWriteReport> {
  const script = fileURLToPath(new URL('../remote-write-sender.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the sender ended with status ${code}`);
  return JSON.parse(text) as RemoteWriteReport;
}
