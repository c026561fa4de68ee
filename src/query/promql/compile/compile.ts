// Plan in; statements for the engine and what remains of the plan out. Pure: no I/O, so that the SQL
// of a query can be compared with golden files.
import { InputError } from '#lib/errors.ts';
import { type Plan, type PlanNode, type Read, readKey } from '../plan/node.ts';
import type { CompileScope } from './matcher.ts';
import { pushDown, type Statement } from './push-down.ts';

export type PushDownMode = 'auto' | 'always' | 'never';

export interface Compiled {
  /** The plan with a `pushed` node in place of every part that a statement computes. */
  readonly residual: Plan;
  readonly statements: readonly Statement[];
  /** Raw samples that the residual needs, by `readKey`: what is asked for twice is read once. */
  readonly reads: ReadonlyMap<string, Read>;
}

/** Metrics of which a part is beyond the engine are left to the evaluator: `localNames`. */
export function compile(
  plan: Plan,
  scope: CompileScope,
  mode: PushDownMode,
  localNames: ReadonlySet<string> = none,
): Compiled {
  const statements: Statement[] = [];
  const reads = new Map<string, Read>();
  const visit = (node: PlanNode): PlanNode => {
    const statement = mode === 'never' ? undefined : pushDown(node, scope);
    const isLocal = statement !== undefined && localNames.has(statement.name);
    if (statement && !isLocal) {
      statements.push(statement);
      return { kind: 'pushed', index: statements.length - 1, source: node, grid: node.grid };
    }
    if (mode === 'always' && !isLocal && node.kind === 'call' && node.definition.compile) {
      throw new InputError(
        'promql_not_pushed',
        `cannot run ${node.definition.name}() in the engine: its argument is no selector of one metric`,
        { span: node.source.span, hint: 'Set query.push_down to auto.' },
      );
    }
    if (node.kind === 'instant' || node.kind === 'range') {
      reads.set(readKey(node.read), node.read);
    }
    return mapChildren(node, visit);
  };
  const root = visit(plan.root);
  return { residual: { ...plan, root }, statements, reads };
}

const none: ReadonlySet<string> = new Set();

function mapChildren(node: PlanNode, visit: (node: PlanNode) => PlanNode): PlanNode {
  switch (node.kind) {
    case 'subquery':
    case 'negative':
      return { ...node, inner: visit(node.inner) };
    case 'aggregation': {
      const param = node.param ? { param: visit(node.param) } : {};
      return { ...node, ...param, inner: visit(node.inner) };
    }
    case 'call':
      return { ...node, args: node.args.map(visit) };
    case 'binary':
      return { ...node, left: visit(node.left), right: visit(node.right) };
    default:
      return node;
  }
}
