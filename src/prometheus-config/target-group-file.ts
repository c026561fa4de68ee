// Files of `file_sd_configs` in YAML.
import type { StaticGroup } from './discovery-config.ts';
import { staticGroup } from './discovery-section.ts';
import type { Problem } from './place.ts';
import { Cursor } from './reading.ts';
import { listOf } from './type.ts';
import { parseYaml } from './yaml-tree.ts';

const groups = listOf(staticGroup, 'target group');

/** What is wrong goes to `problems`; unknown keys are wrong. */
export function parseTargetGroups(
  text: string,
  file: string,
  problems: Problem[],
): readonly StaticGroup[] {
  const tree = parseYaml(text, file, problems);
  if (!tree || tree.kind === 'null') return [];
  return groups.read(tree, new Cursor({ file, folder: '', isStrict: true, problems }));
}
