// The built program as a user starts it: how long until it is ready, and how it ends.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { builtMain, freePortOffset, startProgram } from '../lib/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let folders = 0;
const newDataDir = (): string => join(folder, `data-${folders++}`);

/** The mark is 2 s on a machine of one's own; a shared CI machine may take its time. */
const readyMsMax = process.env.CI ? 15_000 : 6000;

describe('sightline up', () => {
  it('is ready quickly, answers, and ends with status 0', async () => {
    const dataDir = newDataDir();
    const readyMs: number[] = [];
    // Once on an empty folder, once on what the first start left.
    for (let round = 0; round < 2; round++) {
      const program = await startProgram({ dataDir, portOffset: await freePortOffset() });
      readyMs.push(Math.round(program.readyMs));
      const response = await fetch(`${program.url}/ready`);
      expect(response.status).toBe(200);
      expect(await program.stop()).toBe(0);
    }
    console.log(`ready after ${readyMs.join(' ms on an empty folder, ')} ms again`);
    expect(Math.max(...readyMs)).toBeLessThan(readyMsMax);
  });

  it('refuses a data folder in use and names the process', async () => {
    const dataDir = newDataDir();
    const program = await startProgram({ dataDir, portOffset: await freePortOffset() });
    try {
      const second = startProgram({ dataDir, portOffset: await freePortOffset() });
      await expect(second).rejects.toThrow(
        new RegExp(`status 1;[\\s\\S]*\\b${program.child.pid}\\b`),
      );
    } finally {
      await program.stop();
    }
  });

  it('says which port is taken', async () => {
    const portOffset = await freePortOffset();
    const program = await startProgram({ dataDir: newDataDir(), portOffset });
    try {
      const second = startProgram({ dataDir: newDataDir(), portOffset });
      await expect(second).rejects.toThrow(
        new RegExp(`status 1;[\\s\\S]*\\b${3000 + portOffset}\\b`),
      );
    } finally {
      await program.stop();
    }
  });

  it('refuses an unknown flag with status 2', async () => {
    const program = startProgram({
      dataDir: newDataDir(),
      portOffset: await freePortOffset(),
      args: ['--no-such-flag'],
    });
    await expect(program).rejects.toThrow(/status 2;[\s\S]*--no-such-flag/);
  });

  it('tells its flags to who asks it for help', () => {
    const { status, stdout } = spawnSync(process.execPath, [builtMain, 'up', '--help']);
    expect(status).toBe(0);
    expect(String(stdout)).toContain('--port-offset');
  });
});

describe('npm start', () => {
  it('starts what is built without building again, and ends with Ctrl-C', async () => {
    const portOffset = await freePortOffset();
    const args = ['--data-dir', newDataDir(), '--port-offset', String(portOffset)];
    const child = spawn(process.execPath, ['tool/bootstrap.mjs', 'start', ...args]);
    let output = '';
    const ready = new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        output += chunk;
        if (output.includes('Sightline is ready')) resolve();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('exit', () => reject(new Error(`it ended:\n${output}`)));
    });
    const status = new Promise((resolve) => child.once('exit', resolve));
    await ready;
    expect(output).not.toContain('Building');
    child.kill('SIGINT');
    expect(await status).toBe(0);
  });
});
