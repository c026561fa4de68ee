// Names that a label or a metric may have.
import { invalid } from './definition.ts';

const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

export const isLabelName = (name: string): boolean => labelName.test(name);

/** Throws InputError `log_stage_invalid`. */
export function checkLabelName(name: string): void {
  if (!isLabelName(name)) throw invalid(`'${name}' is no label name`);
}
