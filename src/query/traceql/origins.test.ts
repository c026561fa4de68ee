import { describe, expect, it } from 'vitest';
import { print } from '#sql/print.ts';
import type { StoreReader } from '#store/contract.ts';
import { createOriginReader } from './origins.ts';

const range = { tenant: '', fromNano: 0n, toNano: 1n };

function play(attributeLength = 5) {
  const asked: string[] = [];
  const row = (id: bigint) => ({
    scope_id: id,
    resource_attributes: new Map([['service.name', 'x'.repeat(attributeLength)]]),
    resource_dropped_attributes_count: 0,
    resource_schema_url: '',
    scope_name: `scope ${id}`,
    scope_version: '',
    scope_attributes: new Map(),
    scope_dropped_attributes_count: 0,
    scope_schema_url: '',
  });
  const rows = async (select: Parameters<StoreReader['rows']>[0]) => {
    const ids = [...print(select).matchAll(/\b([78])\b(?=[,)])/g)].map(([, id]) => id as string);
    asked.push(ids.join());
    return ids.map((id) => row(BigInt(id)));
  };
  const reader = { rows } as unknown as StoreReader;
  return { asked, origins: createOriginReader(reader) };
}

describe('origins', () => {
  it('are read once', async () => {
    const { asked, origins } = play();
    await origins.read([7n], range, undefined);
    const both = await origins.read([7n, 8n], range, undefined);
    expect([...both.values()].map(({ scopeName }) => scopeName)).toEqual(['scope 7', 'scope 8']);
    await origins.read([8n, 7n], range, undefined);
    expect(asked).toEqual(['7', '8']);
  });

  it('are kept apart by tenant', async () => {
    const { asked, origins } = play();
    await origins.read([7n], range, undefined);
    await origins.read([7n], { ...range, tenant: 'other' }, undefined);
    expect(asked).toEqual(['7', '7']);
  });

  it('are not kept when large', async () => {
    const { asked, origins } = play(10_000);
    await origins.read([7n], range, undefined);
    await origins.read([7n], range, undefined);
    expect(asked).toEqual(['7', '7']);
  });
});
