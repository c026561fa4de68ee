// Processes: the resources of a trace's spans, each once.
import { attributeText } from '#model/attribute.ts';
import type { StoredOrigin } from '#model/stored-span.ts';
import { toShownService } from '#query/trace/service-name.ts';
import { type Tag, toTag } from './tags.ts';

export interface Process {
  readonly serviceName: string;
  readonly tags: readonly Tag[];
}

const serviceKey = 'service.name';

export function toProcess({ resourceAttributes }: StoredOrigin): Process {
  const tags = [...resourceAttributes].filter(([key]) => key !== serviceKey);
  return {
    serviceName: serviceOf(resourceAttributes),
    tags: tags.map(([key, stored]) => toTag(key, stored)),
  };
}

export const serviceOf = (resourceAttributes: StoredOrigin['resourceAttributes']): string =>
  toShownService(attributeText(resourceAttributes.get(serviceKey) ?? ''));

/** Numbers processes p1, p2 … in the order in which they come. */
export class ProcessTable {
  readonly #ids = new Map<StoredOrigin, string>();
  readonly #byContent = new Map<string, string>();
  readonly #processes = new Map<string, Process>();

  idOf(origin: StoredOrigin): string {
    const known = this.#ids.get(origin);
    if (known !== undefined) return known;
    // Two scopes of one resource are one process.
    const content = JSON.stringify([...origin.resourceAttributes].sort(byKey));
    const id = this.#byContent.get(content) ?? `p${this.#byContent.size + 1}`;
    if (!this.#processes.has(id)) this.#processes.set(id, toProcess(origin));
    this.#byContent.set(content, id);
    this.#ids.set(origin, id);
    return id;
  }

  entries(): Iterable<[string, Process]> {
    return this.#processes;
  }
}

const byKey = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1);
