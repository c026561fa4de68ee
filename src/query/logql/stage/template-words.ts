// What an editor offers within the templates of `line_format` and `label_format`.
import { templateFunctions } from '../template/index.ts';

export const templateWords: readonly { readonly name: string; readonly doc: string }[] =
  templateFunctions.map(({ name, doc }) => ({ name, doc }));
