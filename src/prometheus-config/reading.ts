// What reading a file knows: where it is in the tree, and where problems go.
import { isAbsolute, join } from 'node:path';
import { nearestWord } from './nearest-word.ts';
import type { Place, Problem } from './place.ts';

export interface ReadingOptions {
  readonly file: string;
  /** Relative file names start here. */
  readonly folder: string;
  /** Unknown keys are errors, as they are to Prometheus; otherwise warnings. */
  readonly isStrict: boolean;
  readonly problems: Problem[];
}

/** One value's position in the tree. */
export class Cursor {
  readonly options: ReadingOptions;
  readonly path: string;

  constructor(options: ReadingOptions, path = '') {
    this.options = options;
    this.path = path;
  }

  key(name: string): Cursor {
    const shown = /^[\w-]+$/.test(name) ? name : JSON.stringify(name);
    return new Cursor(this.options, this.path === '' ? shown : `${this.path}.${shown}`);
  }

  item(index: number): Cursor {
    return new Cursor(this.options, `${this.path}[${index}]`);
  }

  error(place: Place, message: string): void {
    this.options.problems.push({ severity: 'error', place, path: this.path, message });
  }

  warn(place: Place, message: string): void {
    this.options.problems.push({ severity: 'warning', place, path: this.path, message });
  }

  unknownKey(name: string, place: Place, known: readonly string[]): void {
    const nearest = nearestWord(name, known);
    const remedy = nearest ? `; did you mean ${nearest}?` : '';
    const message = `there is no such key${remedy}`;
    const at = this.key(name);
    if (this.options.isStrict) at.error(place, message);
    else at.warn(place, `${message === 'there is no such key' ? `${message};` : message} ignored`);
  }

  /** A file name, from the folder of the file that names it. */
  resolve(path: string): string {
    return path === '' || isAbsolute(path) ? path : join(this.options.folder, path);
  }
}
