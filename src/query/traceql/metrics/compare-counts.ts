// What compare() counts while it reads: for either set of spans, how many have which value of which
// attribute. A span has dozens of attributes, so each is one look-up by its stored text; resources
// and scopes, which many spans share, are counted as wholes.
import type { SpanOrigin, Trace, TraceSpan } from '../eval/trace.ts';
import { keyOf, text, type Value, valueOfStored } from '../eval/value.ts';
import { intrinsics } from '../intrinsic/index.ts';
import type { AttributeScope } from '../syntax/ast.ts';
import type { MetricsCell } from './cells.ts';
import { single } from './field-value.ts';
import { attributeLabel, intrinsicLabel } from './label.ts';
import { comparedIntrinsics } from './span-attributes.ts';

export type SetName = 'selection' | 'baseline';
const setNames: readonly SetName[] = ['selection', 'baseline'];

/** Spans by interval; holes are zeros. */
type Counts = number[];

interface Counted {
  readonly value: Value;
  readonly counts: Counts;
}

interface Attribute {
  readonly label: string;
  readonly byValue: Map<string, Counted>;
  /** The same, by the stored text: several texts can be one value. */
  readonly byStored: Map<string, Counted>;
}

const originsMax = 1_000;
const storedMax = 10_000;

export class CompareCounts {
  readonly #onCell: () => void;
  readonly #sets: Record<SetName, Map<string, Attribute>> = {
    selection: new Map(),
    baseline: new Map(),
  };
  readonly #origins: Record<SetName, Map<SpanOrigin, Counts>> = {
    selection: new Map(),
    baseline: new Map(),
  };

  /** `onCell` hears of each value in each interval, once. */
  constructor(onCell: () => void) {
    this.#onCell = onCell;
  }

  observe(set: SetName, span: TraceSpan, trace: Trace, interval: number): void {
    for (const name of comparedIntrinsics) {
      this.add(set, intrinsicLabel(name), intrinsics[name].evaluate(span, trace), interval, 1);
    }
    for (const [name, stored] of span.attributes) {
      this.#count(this.#stored(set, 'span', name, stored), interval, 1);
    }
    this.addOrigin(set, span.origin, interval, 1);
  }

  addOrigin(set: SetName, origin: SpanOrigin, interval: number, spans: number): void {
    const origins = this.#origins[set];
    const counts = origins.get(origin);
    if (counts) counts[interval] = (counts[interval] ?? 0) + spans;
    else {
      if (origins.size >= originsMax) this.#spreadOrigins(set);
      const fresh: Counts = [];
      fresh[interval] = spans;
      origins.set(origin, fresh);
    }
  }

  add(set: SetName, label: string, value: Value, interval: number, spans: number): void {
    this.#count(counted(this.#attribute(set, label, label), value), interval, spans);
  }

  *cells(): Generator<MetricsCell> {
    for (const set of setNames) {
      this.#spreadOrigins(set);
      for (const { label, byValue } of this.#sets[set].values()) {
        for (const { value, counts } of byValue.values()) {
          const group = [text(set), text(label), value];
          for (const [interval, count = 0] of counts.entries()) {
            if (count > 0) yield { group, interval, count, sum: 0, min: 0, max: 0 };
          }
        }
      }
    }
  }

  #spreadOrigins(set: SetName): void {
    const origins = this.#origins[set];
    for (const [{ resourceAttributes, scopeAttributes }, counts] of origins) {
      const add = (found: Counted): void => {
        for (const [interval, count = 0] of counts.entries()) this.#count(found, interval, count);
      };
      for (const [name, stored] of resourceAttributes) {
        add(this.#stored(set, 'resource', name, stored));
      }
      for (const [name, stored] of scopeAttributes) {
        add(this.#stored(set, 'instrumentation', name, stored));
      }
    }
    origins.clear();
  }

  #count({ counts }: Counted, interval: number, spans: number): void {
    if (spans === 0) return;
    const known = counts[interval];
    if (known === undefined) this.#onCell();
    counts[interval] = (known ?? 0) + spans;
  }

  #stored(set: SetName, scope: AttributeScope, name: string, stored: string): Counted {
    const attribute = this.#attribute(set, `${scope}.${name}`, undefined, scope, name);
    const known = attribute.byStored.get(stored);
    if (known) return known;
    const found = counted(attribute, single(valueOfStored(stored), false));
    if (attribute.byStored.size >= storedMax) attribute.byStored.clear();
    attribute.byStored.set(stored, found);
    return found;
  }

  #attribute(
    set: SetName,
    key: string,
    label: string | undefined,
    scope: AttributeScope = 'none',
    name = '',
  ): Attribute {
    const attributes = this.#sets[set];
    let attribute = attributes.get(key);
    if (attribute === undefined) {
      attribute = {
        label: label ?? attributeLabel(scope, name),
        byValue: new Map(),
        byStored: new Map(),
      };
      attributes.set(key, attribute);
    }
    return attribute;
  }
}

function counted({ byValue }: Attribute, value: Value): Counted {
  const key = keyOf(value);
  let found = byValue.get(key);
  if (found === undefined) {
    found = { value, counts: [] };
    byValue.set(key, found);
  }
  return found;
}
