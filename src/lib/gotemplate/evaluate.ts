// Executes the tree of a template: text out.
import { escapeHtml } from './escape.ts';
import { ExpressionEvaluator } from './evaluate-expression.ts';
import { formatValue } from './format-value.ts';
import { type Branch, type Node, printNode, type TemplateNode } from './node.ts';
import {
  GoFunction,
  GoHtml,
  GoInt64,
  GoList,
  GoMap,
  type GoValue,
  isTrue,
  sortedEntries,
  typeNameOf,
} from './value.ts';

type Flow = 'next' | 'break' | 'continue';

const depthMax = 100;

export class Execution extends ExpressionEvaluator {
  #out = '';
  #depth = 0;

  run(data: GoValue): string {
    this.variables = [{ name: '$', value: data }];
    const nodes = this.options.templates.get(this.options.name);
    if (!nodes) this.fail(`"${this.options.name}" is an incomplete or empty template`);
    this.#walkList(nodes as readonly TemplateNode[], data);
    return this.#out;
  }

  #walkList(nodes: readonly TemplateNode[], dot: GoValue): Flow {
    for (const node of nodes) {
      const flow = this.#walk(node, dot);
      if (flow !== 'next') return flow;
    }
    return 'next';
  }

  #walk(node: TemplateNode, dot: GoValue): Flow {
    this.visit(node);
    switch (node.kind) {
      case 'text':
        this.#write(node.text);
        return 'next';
      case 'action': {
        const value = this.pipeline(node.pipeline, dot);
        if (node.pipeline.declares.length === 0) this.#print(node, value);
        return 'next';
      }
      case 'break':
      case 'continue':
        return node.kind;
      case 'template':
        this.#invoke(node.name, node.pipeline && this.pipeline(node.pipeline, dot), node);
        return 'next';
      case 'range':
        return this.#range(node, dot);
      default:
        return this.#ifOrWith(node, dot);
    }
  }

  #ifOrWith(node: Branch, dot: GoValue): Flow {
    const mark = this.variables.length;
    const value = this.pipeline(node.pipeline, dot);
    let flow: Flow = 'next';
    if (isTrue(value)) flow = this.#walkList(node.body, node.kind === 'with' ? value : dot);
    else if (node.orElse) flow = this.#walkList(node.orElse, dot);
    this.variables.length = mark;
    return flow;
  }

  #range(node: Branch, dot: GoValue): Flow {
    const mark = this.variables.length;
    const value = this.pipeline(node.pipeline, dot);
    const body = this.variables.length;
    const declared = node.pipeline.declares.length;
    let isEmpty = true;
    for (const [key, item] of this.#itemsOf(value)) {
      isEmpty = false;
      this.visit(node);
      const last = this.variables[body - 1];
      const previous = this.variables[body - 2];
      if (declared > 0 && last) last.value = item;
      if (declared > 1 && previous) previous.value = key;
      const flow = this.#walkList(node.body, item);
      this.variables.length = body;
      if (flow === 'break') break;
    }
    let flow: Flow = 'next';
    if (isEmpty && node.orElse) flow = this.#walkList(node.orElse, dot);
    this.variables.length = mark;
    return flow;
  }

  *#itemsOf(value: GoValue): Iterable<readonly [GoValue, GoValue]> {
    if (value === undefined) return;
    if (value instanceof GoMap) yield* sortedEntries(value);
    else if (value instanceof GoList) {
      for (const [i, item] of value.items.entries()) yield [BigInt(i), item];
    } else if (typeof value === 'bigint') {
      for (let i = 0n; i < value; i++) yield [i, i];
    } else if (value instanceof GoInt64) {
      for (let i = 0n; i < value.value; i++) yield [new GoInt64(i), new GoInt64(i)];
    } else {
      this.fail(`range can't iterate over ${formatValue(value)}`);
    }
  }

  #invoke(name: string, data: GoValue, node: Node | undefined): void {
    if (node) this.node = node;
    const nodes = this.options.templates.get(name);
    if (!nodes) this.fail(`template "${name}" not defined`);
    if (this.#depth >= depthMax) this.fail(`exceeded maximum template depth (${depthMax})`);
    const [variables, template] = [this.variables, this.template];
    this.variables = [{ name: '$', value: data }];
    this.template = name;
    this.#depth++;
    this.#walkList(nodes as readonly TemplateNode[], data);
    this.#depth--;
    this.variables = variables;
    this.template = template;
  }

  protected override executeNamed(name: string, data: GoValue): string {
    const before = this.#out;
    this.#out = '';
    this.#invoke(name, data, undefined);
    const made = this.#out;
    this.#out = before;
    return made;
  }

  #print(node: Node, value: GoValue): void {
    this.node = node;
    if (value instanceof GoFunction) {
      this.fail(`can't print ${printNode(node)} of type ${typeNameOf(value)}`);
    }
    const { isHtml } = this.options;
    if (value === undefined) {
      this.#write(isHtml ? '' : '<no value>');
      return;
    }
    const text = formatValue(value);
    this.#write(isHtml && !(value instanceof GoHtml) ? escapeHtml(text) : text);
  }

  #write(text: string): void {
    this.charge(text.length);
    this.#out += text;
  }
}
