// A report as text for people, and as JSON for programs.
import type { Report, SuiteReport } from './run.ts';

/** Failures that are printed; all are in the JSON. */
const shownMax = 40;

export function printReport({ suites, unexpected, healed }: Report): string {
  const lines = suites.map(printSuite);
  if (unexpected.length > 0) {
    lines.push('', `${unexpected.length} failures that are not on the roster:`);
    for (const { suite, mode, case: id, reason } of unexpected.slice(0, shownMax)) {
      lines.push(`  ${suite} (${mode}) ${id}`, `    ${reason.slice(0, 300)}`);
    }
    const rest = unexpected.length - shownMax;
    if (rest > 0) lines.push(`  … and ${rest} more; --json FILE has all`);
  }
  if (healed.length > 0) {
    lines.push('', `${healed.length} cases on the roster passed; take them off:`);
    for (const { suite, case: id } of healed.slice(0, shownMax)) lines.push(`  ${suite} ${id}`);
  }
  return `${lines.join('\n')}\n`;
}

function printSuite({
  name,
  mode,
  passed,
  failed,
  deliberate,
  skipped,
  total,
  pushed,
}: SuiteReport): string {
  const notes = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(deliberate > 0 ? [`${deliberate} differ on purpose`] : []),
    ...(skipped > 0 ? [`${skipped} not asked`] : []),
    ...(pushed > 0 ? [`${pushed} wholly pushed`] : []),
  ];
  const share = `${passed}/${total}`.padStart(11);
  return `${name.padEnd(44)} ${mode.padEnd(8)} ${share}  ${notes.join(', ')}`.trimEnd();
}

export const reportJson = ({ suites }: Report): string =>
  `${JSON.stringify({ suites }, null, 1)}\n`;
