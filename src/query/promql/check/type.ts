// The four types of PromQL and the names that messages use for them.

export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string';

export const typeNames: Record<ValueType, string> = {
  scalar: 'scalar',
  vector: 'instant vector',
  matrix: 'range vector',
  string: 'string',
};
