// The text of `sightline help`, made from the subcommands and the options.
import { flagOf, type OptionDefinition, type OptionKey, options } from '#config/options.ts';
import type { Command } from './command.ts';

export function formatUsage(commands: readonly Command[]): string {
  const lines = ['usage: sightline COMMAND [FLAGS]', ''];
  for (const { name, summary } of commands) lines.push(`  ${name.padEnd(16)}${summary}`);
  lines.push(
    `  ${'help'.padEnd(16)}Print this.`,
    `  ${'version'.padEnd(16)}Print the version.`,
    '',
  );
  lines.push('Flags of `up` (key a.b_c of sightline.yaml is --a-b-c and SIGHTLINE_A_B_C):', '');
  for (const key of Object.keys(options) as OptionKey[]) {
    const definition: OptionDefinition = options[key];
    if (definition.onCommandLine === false) continue;
    const value = definition.type === 'flag' ? '' : ` ${valueName(definition)}`;
    const standard = definition.default === undefined ? '' : ` (default ${definition.default})`;
    lines.push(`  ${flagOf(key)}${value}`, `      ${definition.meaning}${standard}`);
  }
  return `${lines.join('\n')}\n`;
}

const valueName = ({ type }: OptionDefinition): string =>
  typeof type === 'object' ? type.oneOf.join('|') : type.toUpperCase();
