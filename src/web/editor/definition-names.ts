// Functions and stages for completion, from the definitions that also evaluate them. Loaded when the
// first completion asks, since the definitions bring their code along.

import type { NameOption } from './completion.ts';

const once = <T>(load: () => Promise<T>): (() => Promise<T>) => {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
};

export const promqlNames = once(async (): Promise<readonly NameOption[]> => {
  const { functions } = await import('#query/promql/function/index.ts');
  const named = [...functions.values()].map(({ name, doc }): NameOption => {
    return { name, kind: 'function', detail: doc };
  });
  return [...named, ...aggregations.map((name): NameOption => ({ name, kind: 'keyword' }))];
});

export const logqlStages = once(async (): Promise<readonly NameOption[]> => {
  const { stages } = await import('#query/logql/stage/index.ts');
  return Object.values(stages)
    .filter(({ name }) => /^\w+$/.test(name))
    .map(({ name, doc }): NameOption => ({ name, kind: 'function', detail: doc }));
});

export const logqlNames = once(async (): Promise<readonly NameOption[]> => {
  const { rangeFunctions } = await import('#query/logql/function/index.ts');
  const named = Object.values(rangeFunctions).map(({ name, doc }): NameOption => {
    return { name, kind: 'function', detail: doc };
  });
  return [...named, ...logAggregations.map((name): NameOption => ({ name, kind: 'keyword' }))];
});

export const logqlTemplateFunctions = once(async (): Promise<readonly NameOption[]> => {
  const { templateWords } = await import('#query/logql/stage/template-words.ts');
  return templateWords.map(({ name, doc }): NameOption => {
    return { name, kind: 'function', detail: doc };
  });
});

const logAggregations =
  'sum avg min max count topk bottomk approx_topk stddev stdvar sort sort_desc vector label_replace by without'.split(
    ' ',
  );

const aggregations =
  'sum avg min max count group topk bottomk quantile stddev stdvar count_values by without'.split(
    ' ',
  );
