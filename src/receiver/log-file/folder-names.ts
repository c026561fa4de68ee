// The names in folders, read once: thousands of files of one folder are looked at one after the other.
import { readdir } from 'node:fs/promises';

export class FolderNames {
  readonly #sorted = new Map<string, Promise<readonly string[]>>();

  /** Names in the folder that begin so; none when it cannot be read. */
  async beginningWith(folder: string, beginning: string): Promise<readonly string[]> {
    let reading = this.#sorted.get(folder);
    if (!reading) {
      reading = readdir(folder).then(
        (names) => names.sort((a, b) => (a < b ? -1 : 1)),
        () => [],
      );
      this.#sorted.set(folder, reading);
    }
    const names = await reading;
    let low = 0;
    let high = names.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((names[middle] as string) < beginning) low = middle + 1;
      else high = middle;
    }
    let end = low;
    while (names[end]?.startsWith(beginning)) end++;
    return names.slice(low, end);
  }
}
