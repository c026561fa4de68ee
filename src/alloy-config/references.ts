// Which other blocks a block names, and the order in which they can be read.
import { type Body, type Expression, pathOf } from './ast.ts';

/** Every path of names in the body, however deep. */
export function pathsIn(body: Body): string[][] {
  return body.flatMap((statement) =>
    statement.kind === 'attribute' ? pathsOf(statement.value) : pathsIn(statement.body),
  );
}

function pathsOf(expression: Expression): string[][] {
  const path = pathOf(expression);
  if (path) return [path];
  switch (expression.kind) {
    case 'array':
      return expression.items.flatMap(pathsOf);
    case 'object':
      return expression.fields.flatMap(({ value }) => pathsOf(value));
    case 'index':
      return [...pathsOf(expression.of), ...pathsOf(expression.index)];
    case 'call':
      return [...pathsOf(expression.of), ...expression.args.flatMap(pathsOf)];
    case 'binary':
      return [...pathsOf(expression.left), ...pathsOf(expression.right)];
    case 'access':
    case 'unary':
      return pathsOf(expression.of);
    default:
      return [];
  }
}

/** The longest beginning of the path that is a key. */
export function longestKnown(path: readonly string[], isKnown: (id: string) => boolean) {
  for (let length = path.length; length > 0; length--) {
    const id = path.slice(0, length).join('.');
    if (isKnown(id)) return { id, length };
  }
  return undefined;
}

/**
 * Ids, each behind those that it needs. `onCycle` gets the ids of a circle, the first of them again at
 * its end.
 */
export function inOrder(
  ids: readonly string[],
  needs: (id: string) => readonly string[],
  onCycle: (circle: readonly string[]) => void,
): string[] {
  const done = new Set<string>();
  const open: string[] = [];
  const order: string[] = [];
  const visit = (id: string): void => {
    if (done.has(id)) return;
    const start = open.indexOf(id);
    if (start >= 0) {
      onCycle([...open.slice(start), id]);
      return;
    }
    open.push(id);
    for (const needed of needs(id)) visit(needed);
    open.pop();
    done.add(id);
    order.push(id);
  };
  for (const id of ids) visit(id);
  return order;
}
