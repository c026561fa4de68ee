// Tests beside real programs. Where those are not installed: failures in CI, else skipped aloud.
import { describe, test } from 'vitest';
import { type Counterpart, counterpart } from '../../tool/counterparts.ts';

const usual: readonly Counterpart[] = [
  'prometheus',
  'promtool',
  'prometheus-node-exporter',
  'prometheus-alertmanager',
  'amtool',
];

/** `describe`, for tests that need the real programs. */
export function describeReal(
  name: string,
  body: () => void,
  needed: readonly Counterpart[] = usual,
): void {
  const missing = needed.filter((program) => counterpart(program) === undefined);
  if (missing.length === 0) {
    describe(name, body);
    return;
  }
  const why = `${missing.join(', ')} not installed: npm run counterparts`;
  if (process.env.CI) {
    test(name, () => {
      throw new Error(why);
    });
    return;
  }
  console.warn(`SKIPPED ${name}: ${why}`);
  describe.skipIf(missing.length > 0)(`${name} (skipped: ${why})`, body);
}
