// What `drop` and `keep` name: a label, or a label with a condition on its value.
import type { LabelReference } from '../syntax/ast.ts';
import { compileMatcher } from './regex.ts';

export interface CompiledReference {
  readonly name: string;
  readonly accepts: (value: string) => boolean;
}

export const compileReferences = (references: readonly LabelReference[]): CompiledReference[] =>
  references.map((reference) =>
    reference.kind === 'name'
      ? { name: reference.name, accepts: () => true }
      : { name: reference.matcher.name, accepts: compileMatcher(reference.matcher) },
  );
