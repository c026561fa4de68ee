// One program per data folder: `sightline.lock` holds the pids of the program and of its engine.
// A lock whose program is gone is taken over, after the engine that it may have left is gone too.
// The engine has a lock of its own on its files, which also holds between containers.
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperationError } from '#lib/errors.ts';
import { processStart } from './process-identity.ts';

interface LockContent {
  readonly pid: number;
  readonly start: string | undefined;
  readonly enginePid?: number;
  readonly engineStart?: string | undefined;
}

export interface DataDirLock {
  /** Writes down the engine's pid, for who takes over. */
  nameEngine(pid: number): void;
  release(): void;
}

// Folders locked by this very process: several instances may live in one.
const ours = new Set<string>();
const orphanWaitMs = 3000;

export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const path = join(resolve(dataDir), 'sightline.lock');
  if (ours.has(path)) throw lockedError(dataDir, process.pid);
  const content: LockContent = { pid: process.pid, start: processStart(process.pid) };
  const own = `${path}.${process.pid}`;
  writeFileSync(own, JSON.stringify(content), { mode: 0o600 });
  try {
    while (!tryLink(own, path)) await takeOver(dataDir, path);
  } finally {
    rmSync(own, { force: true });
  }
  ours.add(path);
  return {
    nameEngine: (enginePid) => {
      const named = { ...content, enginePid, engineStart: processStart(enginePid) };
      writeFileSync(own, JSON.stringify(named), { mode: 0o600 });
      renameSync(own, path);
    },
    release: () => {
      if (ours.delete(path)) rmSync(path, { force: true });
    },
  };
}

// link(2) fails when the name exists: the lock appears whole, or not at all.
function tryLink(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function takeOver(dataDir: string, path: string): Promise<void> {
  const text = readOrUndefined(path);
  if (text === undefined) return;
  const found = parseLock(text);
  if (found && found.pid !== process.pid && isSame(found.pid, found.start)) {
    throw lockedError(dataDir, found.pid);
  }
  if (found?.enginePid !== undefined) await endOrphan(found.enginePid, found.engineStart);
  // Moved aside rather than removed: if somebody else was faster, his lock is put back.
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readOrUndefined(aside) !== text) tryLink(aside, path);
  rmSync(aside, { force: true });
}

async function endOrphan(pid: number, start: string | undefined): Promise<void> {
  for (let waitedMs = 0; isSame(pid, start); waitedMs += 20) {
    // It ends by itself when its parent does; it gets a moment for that.
    if (waitedMs === 500) process.kill(pid, 'SIGKILL');
    if (waitedMs > orphanWaitMs) return;
    await sleep(20);
  }
}

function isSame(pid: number, start: string | undefined): boolean {
  const now = processStart(pid);
  return now !== undefined && (start === undefined || now === start);
}

function parseLock(text: string): LockContent | undefined {
  try {
    const content = JSON.parse(text) as LockContent;
    return Number.isSafeInteger(content.pid) && content.pid > 0 ? content : undefined;
  } catch {
    return undefined;
  }
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

const lockedError = (dataDir: string, pid: number): OperationError =>
  new OperationError(
    'store_locked',
    `cannot use the data folder ${resolve(dataDir)}: process ${pid} works on it; ` +
      'stop that process or choose another folder with --data-dir',
    { retryable: false },
  );
