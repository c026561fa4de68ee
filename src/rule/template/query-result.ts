// What `query` gives to a template.
import { formatFloat } from '#lib/gotemplate/format-float.ts';
import { formatValue } from '#lib/gotemplate/format-value.ts';
import { GoList, GoMap, GoObject, type GoValue } from '#lib/gotemplate/value.ts';
import { labelOf } from '#query/vector/label.ts';
import type { Labels } from '#query/vector/value.ts';

export const queryResultType = 'template.queryResult';

export class QuerySample extends GoObject {
  readonly typeName = '*template.sample';
  readonly value: number;
  readonly #labels: Labels;
  constructor(labels: Labels, value: number) {
    super();
    this.#labels = labels;
    this.value = value;
  }
  label(name: string): string {
    return labelOf(this.#labels, name);
  }
  override field(name: string): { readonly value: GoValue } | undefined {
    if (name === 'Labels') return { value: GoMap.ofStrings(this.#labels) };
    return name === 'Value' ? { value: this.value } : undefined;
  }
  override toText(): string {
    return `&{${formatValue(GoMap.ofStrings(this.#labels))} ${formatFloat(this.value, 'g')}}`;
  }
}

export interface TemplateSample {
  readonly labels: Labels;
  readonly value: number;
}

export const queryResultOf = (samples: readonly TemplateSample[]): GoList =>
  new GoList(
    samples.map(({ labels, value }) => new QuerySample(labels, value)),
    queryResultType,
  );
