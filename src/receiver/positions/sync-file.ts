// Files and folders brought to the disk.
import { close, fsync } from 'node:fs';
import { open } from 'node:fs/promises';

export const syncFile = (descriptor: number): Promise<void> =>
  new Promise((resolve, reject) => {
    fsync(descriptor, (error) => (error ? reject(error) : resolve()));
  });

/** So that a renamed file is found under its name after a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export const closeQuietly = (descriptor: number): void => close(descriptor, () => {});
