// CPU seconds and resident bytes of processes, from /proc (Linux).
import { readFileSync } from 'node:fs';

const ticksPerSecond = 100;

/** CPU seconds (user + system) that the process has used so far. */
export function cpuSecondsOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

export function residentBytesOf(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return pages * 4096;
}

export interface MemorySampler {
  readonly peakBytes: () => number;
  stop(): void;
}

/** Samples the sum of the processes' resident bytes ten times a second. */
export function sampleMemory(pids: () => readonly number[]): MemorySampler {
  let peak = 0;
  const timer = setInterval(() => {
    let sum = 0;
    for (const pid of pids()) {
      try {
        sum += residentBytesOf(pid);
      } catch {
        // The process has just ended: it holds nothing.
      }
    }
    peak = Math.max(peak, sum);
  }, 100);
  return { peakBytes: () => peak, stop: () => clearInterval(timer) };
}
