import { RE2JS } from 're2js';
import { expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import type { RelabelConfig } from '#prometheus-config/relabel-config.ts';
import { createLabelling } from './labelling.ts';

const rule = (more: Partial<RelabelConfig>): RelabelConfig => ({
  action: 'replace',
  sourceLabels: ['__unit'],
  separator: ';',
  regex: '(.*)',
  pattern: RE2JS.compile('(.*)'),
  targetLabel: 'unit',
  replacement: '$1',
  modulus: 0n,
  nameValidation: 'utf8',
  ...more,
});

it.each([0, 10])(
  'relabels, and leaves names behind that begin with __ (remembered: %s)',
  (rememberedMax) => {
    const meter = createMeter();
    const rules = [rule({}), rule({ action: 'drop', pattern: RE2JS.compile('noise') })];
    const labelling = createLabelling({ rules, meter, rememberedMax });
    const known = new Map([
      ['__unit', 'a'],
      ['__tenant_id__', 't'],
      ['job', 'j'],
      ['empty', ''],
    ]);
    const expected = { __tenant_id__: 't', job: 'j', unit: 'a' };
    const first = labelling(known) as Map<string, string>;
    expect(Object.fromEntries(first)).toEqual(expected);
    first.set('job', 'changed');
    expect(Object.fromEntries(labelling(known) ?? [])).toEqual(expected);
    expect(labelling(new Map([['__unit', 'noise']]))).toBeUndefined();
    expect(meter.collect().map(({ name, points }) => [name, points[0]?.value])).toEqual([
      ['sightline_log_relabel_dropped_total', 1],
    ]);
  },
);
