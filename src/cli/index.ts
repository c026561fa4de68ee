// The subcommands, in the order of `sightline help`.
import { checkConfigCommand } from './check-config.ts';
import type { Command } from './command.ts';
import { conformanceCommand } from './conformance.ts';
import { hashPasswordCommand } from './hash-password.ts';
import { rulesCommand } from './rules.ts';
import { testRulesCommand } from './test-rules.ts';
import { up } from './up.ts';

export const commands: readonly Command[] = [
  up,
  checkConfigCommand,
  testRulesCommand,
  rulesCommand,
  hashPasswordCommand,
  conformanceCommand,
];
