// The reader of a page in a format.
import type { PageFormat } from './content-type.ts';
import { OpenMetricsPage } from './openmetrics.ts';
import type { Page } from './page.ts';
import type { PageMemory } from './page-memory.ts';
import { PrometheusTextPage } from './prometheus-text.ts';
import { ProtobufPage } from './protobuf.ts';
import type { ProtobufOptions } from './protobuf-parts.ts';

export interface PageOptions extends ProtobufOptions {
  /** The last page of the same target, and where this one is kept for the next: text formats. */
  readonly memory?: { readonly before: PageMemory; readonly now: PageMemory };
}

export function openPage(bytes: Uint8Array, format: PageFormat, options: PageOptions): Page {
  switch (format) {
    case 'text':
      return new PrometheusTextPage(bytes, options.memory);
    case 'openmetrics':
      return new OpenMetricsPage(bytes, options.memory);
    case 'protobuf':
      return new ProtobufPage(bytes, options);
  }
}
