// The tree of a metrics query above its functions: whoever knows the series of each function gets
// those of the query.
import type { MetricsNode, MetricsPlan } from './plan.ts';
import { applyStages, type Operand, operate } from './second-stage.ts';
import type { Series } from './series.ts';

export async function evaluateTree(
  node: MetricsNode,
  runFunction: (plan: MetricsPlan) => Promise<Series[]> | Series[],
): Promise<Operand> {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'function') {
    return applyStages(await runFunction(node.plan), node.stages);
  }
  const left = await evaluateTree(node.left, runFunction);
  const found = operate(node.operator, left, await evaluateTree(node.right, runFunction));
  return typeof found === 'number' ? found : applyStages(found, node.stages);
}
