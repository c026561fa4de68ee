// The blocks of an HTTP client, which many components have.
import type { YamlEntry } from '#prometheus-config/yaml-tree.ts';
import type { BlockSpec } from '../block-map.ts';

const tls: BlockSpec = {
  renames: { ca_pem: 'ca', cert_pem: 'cert', key_pem: 'key' },
};

export const httpClientBlocks: Readonly<Record<string, BlockSpec>> = {
  basic_auth: {},
  authorization: {},
  oauth2: { blocks: { tls_config: tls } },
  tls_config: tls,
};
export { tls as tlsSpec };

/** `http_headers` is a map of lists here, and of maps in prometheus.yml. */
export const withHeaders = (entries: readonly YamlEntry[]): readonly YamlEntry[] =>
  entries.map((entry) => {
    const { key, value } = entry;
    if (key !== 'http_headers' || value.kind !== 'map') return entry;
    const headers = value.entries.map((header) => ({
      ...header,
      value: {
        kind: 'map' as const,
        place: header.value.place,
        entries: [{ key: 'secrets', keyPlace: header.keyPlace, value: header.value }],
      },
    }));
    return { ...entry, value: { ...value, entries: headers } };
  });
