// The start of an engine whose process the test plays: it takes connections and never answers.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EngineOptions, startEngine } from './engine-process.ts';

const host = `
import { createServer } from 'node:net';
const port = process.argv.find((each) => each.startsWith('--http_port=')).split('=')[1];
createServer((socket) => socket.on('error', () => {})).listen(Number(port), '127.0.0.1');
`;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sightline-engine-'));
  writeFileSync(join(dir, 'host.mjs'), host);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

describe('startEngine', () => {
  const start = async (options: Partial<EngineOptions>): Promise<string> => {
    let pid = 0;
    const failure = await startEngine({
      dir,
      libraryPath: 'none',
      hostPath: join(dir, 'host.mjs'),
      memoryBytesMax: 1 << 30,
      database: 'sightline',
      onSpawn: (spawned) => {
        pid = spawned;
      },
      ...options,
    }).then(
      () => 'started',
      (error: Error) => error.message,
    );
    await expect.poll(() => isGone(pid)).toBe(true);
    return failure;
  };

  it('gives up one that hangs', async () => {
    expect(await start({ startMsMax: 400 })).toContain('it did not answer within 400 ms');
  });

  it('ends with the program, however the engine is', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 300);
    expect(await start({ signal: stop.signal })).toContain('the program is stopping');
    expect(await start({ signal: stop.signal })).toContain('the program is stopping');
  });
});
