// compare() as the engine counted it: rows of compile/compare.ts, with what their scopes say.
import type { Select } from '#sql/tree.ts';
import type { ReadOptions } from '#store/contract.ts';
import type { CompiledCompare } from '../compile/compare.ts';
import { noOrigin } from '../eval/span-rows.ts';
import { text, type Value, valueOfStored } from '../eval/value.ts';
import { kindNames, statusNames } from '../intrinsic/span.ts';
import type { IntrinsicName } from '../syntax/intrinsic-name.ts';
import type { MetricsCell } from './cells.ts';
import { CompareCounts, type SetName } from './compare-counts.ts';
import type { SpanSourceSettings } from './evaluate.ts';
import { single } from './field-value.ts';
import type { Intervals } from './interval.ts';
import { attributeLabel, intrinsicLabel } from './label.ts';
import { asTooManyValues, valuesMax } from './limits.ts';

interface CountRow {
  readonly selected: number;
  readonly step: bigint | number;
  readonly count: bigint;
}

interface OriginRow extends CountRow {
  readonly kind: number;
  readonly status_code: number;
  readonly scope_id: bigint;
}

interface NameRow extends CountRow {
  readonly name: string;
  readonly status_message: string;
}

interface RootRow extends CountRow {
  readonly root_name: string;
  readonly root_service: string;
}

interface AttributeRow extends CountRow {
  readonly attribute: string;
  readonly is_common: number;
  readonly value: string;
}

const setOf = ({ selected }: CountRow): SetName => (selected === 0 ? 'baseline' : 'selection');

/** The values of attributes take memory for each that there is: over this they are grouped on disk. */
const groupBytesMax = 512 << 20;

export async function readCompared(
  compiled: CompiledCompare,
  { firstNano, endNano }: Intervals,
  { reader, origins, tenant, signal }: SpanSourceSettings,
): Promise<MetricsCell[]> {
  const read: ReadOptions = {
    ...(signal ? { signal } : {}),
    maxRows: valuesMax,
    settings: { max_bytes_before_external_group_by: groupBytesMax },
  };
  const rowsOf = async <Row>(select: Select): Promise<Row[]> => {
    try {
      return await reader.rows<Row>(select, read);
    } catch (error) {
      throw asTooManyValues(error);
    }
  };
  const counts = new CompareCounts(() => undefined);
  const add = (row: CountRow, name: IntrinsicName, value: Value): void =>
    counts.add(setOf(row), intrinsicLabel(name), value, Number(row.step), Number(row.count));

  const byOrigin = await rowsOf<OriginRow>(compiled.origins);
  const scopeIds = [...new Set(byOrigin.map((row) => row.scope_id))];
  const range = { tenant, fromNano: firstNano, toNano: endNano };
  const known = await origins.read(scopeIds, range, signal);
  for (const row of byOrigin) {
    const origin = known.get(row.scope_id) ?? noOrigin;
    add(row, 'kind', { type: 'kind', value: kindNames[row.kind] ?? 'unspecified' });
    add(row, 'status', { type: 'status', value: statusNames[row.status_code] ?? 'unset' });
    add(row, 'instrumentationName', text(origin.scopeName));
    add(row, 'instrumentationVersion', text(origin.scopeVersion));
    counts.addOrigin(setOf(row), origin, Number(row.step), Number(row.count));
  }
  for (const row of await rowsOf<NameRow>(compiled.names)) {
    add(row, 'name', text(row.name));
    add(row, 'statusMessage', text(row.status_message));
  }
  for (const row of await rowsOf<RootRow>(compiled.roots)) {
    add(row, 'rootName', text(row.root_name));
    add(row, 'rootServiceName', text(row.root_service));
  }
  const byAttribute = await rowsOf<AttributeRow>(compiled.attributes);
  return [...counts.cells(), ...byAttribute.map(toAttributeCell)];
}

function toAttributeCell(row: AttributeRow): MetricsCell {
  const label = text(attributeLabel('span', row.attribute));
  const value = single(valueOfStored(row.value), false);
  return {
    group: [text(setOf(row)), label, value],
    interval: Number(row.step),
    ...(row.is_common === 0 ? { isRest: true } : {}),
    count: Number(row.count),
    sum: 0,
    min: 0,
    max: 0,
  };
}
