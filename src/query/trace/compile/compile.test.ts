// SQL of what Jaeger asks, as golden files: a change of a statement is a diff to read.
import { expect, it } from 'vitest';
import { print } from '#sql/print.ts';
import type { Select } from '#sql/tree.ts';
import { compileCalls } from './calls.ts';
import { compileDependencies } from './dependencies.ts';
import { compileFind } from './find.ts';
import { compileOperations, compileServices } from './operations.ts';

const range = {
  tenant: '',
  fromNano: 1_700_000_000_000_000_000n,
  toNano: 1_700_003_600_000_000_000n,
};
const anything = {
  serviceName: '',
  operationName: '',
  tags: new Map<string, string>(),
  durationMinNano: undefined,
  durationMaxNano: undefined,
};
const calls = { range, services: ['shop'], kinds: [2], slotNano: 5_000_000_000n };

const golden = (name: string, select: Select) =>
  it(name, () => expect(`${print(select)}\n`).toMatchFileSnapshot(`./golden/${name}.sql`));

golden('service-names', compileServices('', 100));
golden('operations', compileOperations('shop', undefined, range, 100));
golden('operations-of-kind', compileOperations('missing-service-name', [2], range, 100));
golden('find-any', compileFind(anything, range, 20));
golden(
  'find-fields',
  compileFind(
    {
      ...anything,
      serviceName: 'shop',
      operationName: 'GET /',
      durationMinNano: 100_000_000n,
      durationMaxNano: 2_000_000_000n,
    },
    range,
    20,
  ),
);
golden(
  'find-tags',
  compileFind({ ...anything, tags: new Map([['http.status_code', '500']]) }, range, 20),
);
golden(
  'find-tags-of-fields',
  compileFind(
    {
      ...anything,
      tags: new Map([
        ['error', 'false'],
        ['span.kind', 'client'],
        ['resource.zone', ''],
      ]),
    },
    range,
    20,
  ),
);
golden(
  'find-quoting',
  compileFind(
    { ...anything, operationName: "'; DROP TABLE otel_spans --", tags: new Map([["it's", "\\'"]]) },
    range,
    20,
  ),
);
golden('dependencies', compileDependencies(range, 100));
golden('calls', compileCalls({ ...calls, byOperation: false, hasDurations: false }));
golden('durations', compileCalls({ ...calls, byOperation: true, hasDurations: true }));
