// A small file that is read when it is needed, and again only when it changed.
import { readFile, stat } from 'node:fs/promises';
import { messageOf, OperationError } from '#lib/errors.ts';

export class WatchedFile {
  readonly #path: string;
  #version = '';
  #content: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
  }

  /** Throws OperationError `http_credentials_unreadable`. */
  async read(): Promise<Buffer> {
    try {
      const { mtimeMs, ctimeMs, size, ino } = await stat(this.#path);
      const version = `${mtimeMs} ${ctimeMs} ${size} ${ino}`;
      if (version !== this.#version) {
        this.#content = await readFile(this.#path);
        this.#version = version;
      }
      return this.#content;
    } catch (cause) {
      throw new OperationError(
        'http_credentials_unreadable',
        `cannot read ${this.#path}: ${messageOf(cause)}`,
        { retryable: true, cause },
      );
    }
  }
}

/** A value that stands in the configuration, or in a file of its own; both empty is ''. */
export class TextOrFile {
  readonly #text: string;
  readonly #file: WatchedFile | undefined;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file === '' ? undefined : new WatchedFile(file);
  }

  async read(): Promise<string> {
    return this.#file ? (await this.#file.read()).toString('utf8').trim() : this.#text;
  }
}
