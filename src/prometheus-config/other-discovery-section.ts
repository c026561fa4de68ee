// The ways to find targets that Sightline checks and shows again, and does not run.
import type { DiscoveryConfig, OtherDiscoveryConfig } from './discovery-config.ts';
import { httpClient } from './http-client-section.ts';
import { type OtherSpec, type OtherValues, otherDiscoverySpecs } from './other-discovery-specs.ts';
import { field, inline, placeOf, type Section, section, type Written } from './section.ts';

type Other = OtherDiscoveryConfig & Pick<DiscoveryConfig, 'place'>;

function otherSection(name: string, spec: OtherSpec): Section<Other> {
  const own = Object.entries(spec.keys).map(([key, type]) => {
    const fallback = spec.defaults?.[key];
    return [key, field(key, type, fallback === undefined ? {} : { fallback })];
  });
  const http = spec.hasNoHttp ? [] : [['http', inline(httpClient)]];
  const all = section<OtherValues>(Object.fromEntries([...own, ...http]), {
    check: (values, written, at) => {
      for (const key of spec.required ?? []) {
        if (!values[key]) at.error(placeOf(written, key), `${key} is missing`);
      }
      spec.check?.(values, written, at);
      return undefined;
    },
  });
  const wrap = (values: OtherValues, written: Pick<Written, 'place'>): Other => ({
    kind: 'other',
    name,
    place: written.place,
    shown: all.show(values),
  });
  const nowhere = { place: { file: '', line: 1, column: 1 } };
  return {
    keys: all.keys,
    zero: wrap(all.zero, nowhere),
    fallback: wrap(all.fallback, nowhere),
    readWritten: (written, at) => wrap(all.readWritten(written, at), written),
    read: (node, at) => {
      at.warn(node.place, `targets of ${name}_sd_configs are not discovered by Sightline yet`);
      return wrap(all.read(node, at), node);
    },
    show: ({ shown }) => shown as Record<string, unknown> | undefined,
  };
}

export const otherDiscoverySections: Readonly<Record<string, Section<Other>>> = Object.fromEntries(
  Object.entries(otherDiscoverySpecs).map(([name, spec]) => [name, otherSection(name, spec)]),
);
