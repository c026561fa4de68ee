import { expect, it } from 'vitest';
import { logqlNames, logqlStages, logqlTemplateFunctions } from './definition-names.ts';

it('has what the definitions of LogQL name, each with a word about it', async () => {
  for (const [load, name] of [
    [logqlNames, 'first_over_time'],
    [logqlStages, 'distinct'],
    [logqlTemplateFunctions, 'alignLeft'],
  ] as const) {
    expect((await load()).find((one) => one.name === name)?.detail).toMatch(/\w/);
  }
});
