// Pipelines, commands and their operands: values out, or an InputError that names the place as Go does.
// Steps and characters are counted, so that no template runs or grows without end.
import { InputError, messageOf } from '#lib/errors.ts';
import { builtins } from './builtin.ts';
import {
  type Command,
  type Node,
  type NumberConstant,
  type Operand,
  type Pipeline,
  printNode,
  type TemplateNode,
} from './node.ts';
import {
  type GoFunction,
  GoMap,
  GoObject,
  type GoParameter,
  type GoValue,
  isAssignable,
  isTrue,
  parameterName,
  typeNameOf,
  utf8,
} from './value.ts';

export interface Limits {
  /** Characters that may be made, output and intermediate texts together. */
  readonly charactersMax: number;
  /** Nodes that may be visited. */
  readonly stepsMax: number;
}

export interface ExecutionOptions extends Limits {
  readonly name: string;
  readonly text: string;
  readonly templates: ReadonlyMap<string, readonly TemplateNode[]>;
  readonly functions: Readonly<Record<string, GoFunction>>;
  readonly missingKey: 'default' | 'zero' | 'error';
  readonly isHtml: boolean;
}

/** No value comes from the stage before. */
const nothing: unique symbol = Symbol('nothing');
type Final = GoValue | typeof nothing;

export abstract class ExpressionEvaluator {
  protected readonly options: ExecutionOptions;
  protected variables: { readonly name: string; value: GoValue }[] = [];
  /** For messages: the node that is being worked on, and the template it is in. */
  protected node: Node | undefined;
  protected template: string;
  readonly #call = {
    charge: (characters: number): void => this.charge(characters),
    execute: (name: string, data: GoValue): string => this.executeNamed(name, data),
  };
  #characters = 0;
  #steps = 0;

  constructor(options: ExecutionOptions) {
    this.options = options;
    this.template = options.name;
  }

  /** Runs a template by its name. */
  protected abstract executeNamed(name: string, data: GoValue): string;

  protected pipeline(pipeline: Pipeline, dot: GoValue): GoValue {
    this.visit(pipeline);
    let value: Final = nothing;
    for (const command of pipeline.commands) value = this.#command(command, dot, value);
    for (const name of pipeline.declares) {
      if (!pipeline.isAssignment) this.variables.push({ name, value: value as GoValue });
      else this.#variable(name).value = value as GoValue;
    }
    return value as GoValue;
  }

  #variable(name: string): { value: GoValue } {
    const found = this.variables.findLast((variable) => variable.name === name);
    return found ?? this.fail(`undefined variable: ${name}`);
  }

  #command(command: Command, dot: GoValue, final: Final): GoValue {
    const first = command.args[0] as Operand;
    switch (first.kind) {
      case 'field':
      case 'chain':
      case 'variable':
        return this.#path(first, dot, command.args, final);
      case 'identifier':
        return this.#function(first, command, dot, command.args, final);
      case 'pipeline':
        this.#refuseArguments(command.args, final);
        return this.pipeline(first, dot);
      default:
        this.visit(first);
        this.#refuseArguments(command.args, final);
        if (first.kind === 'nil') return this.fail('nil is not a command');
        return first.kind === 'number'
          ? this.#ideal(first.value, first.text)
          : this.#literal(first, dot);
    }
  }

  #refuseArguments(args: readonly Operand[], final: Final): void {
    if (args.length > 1 || final !== nothing) {
      this.fail(`can't give argument to non-function ${printNode(args[0] as Operand)}`);
    }
  }

  #literal(operand: Operand, dot: GoValue): GoValue {
    if (operand.kind === 'dot') return dot;
    return operand.kind === 'boolean' || operand.kind === 'string' ? operand.value : undefined;
  }

  /** A number where nothing says of which type: its spelling does. */
  #ideal(value: NumberConstant, text: string): GoValue {
    const isSpelledFloat =
      !/^[+-]?0[xX][^pP.]*$/.test(text) && !text.startsWith("'") && /[.eEpP]/.test(text);
    if (isSpelledFloat || value.int === undefined) return value.float;
    if (value.int >= 2n ** 63n || value.int < -(2n ** 63n)) this.fail(`${text} overflows int`);
    return value.int;
  }

  #path(
    node: Extract<Operand, { readonly names: readonly string[] }>,
    dot: GoValue,
    args: readonly Operand[],
    final: Final,
  ): GoValue {
    this.visit(node);
    let receiver = dot;
    if (node.kind === 'variable') {
      receiver = this.#variable(node.name).value;
      if (node.names.length === 0) {
        this.#refuseArguments(args, final);
        return receiver;
      }
    }
    if (node.kind === 'chain') receiver = this.#argument(node.of, 'any', dot);
    const last = node.names.length - 1;
    for (const name of node.names.slice(0, last)) {
      receiver = this.#field(receiver, name, node, dot, [], nothing);
    }
    return this.#field(receiver, node.names[last] as string, node, dot, args, final);
  }

  #field(
    receiver: GoValue,
    name: string,
    node: Node,
    dot: GoValue,
    args: readonly Operand[],
    final: Final,
  ): GoValue {
    if (receiver === undefined) {
      if (this.options.missingKey === 'error') this.fail(`nil data; no entry for key "${name}"`);
      return undefined;
    }
    const hasArguments = args.length > 1 || final !== nothing;
    if (receiver instanceof GoObject) {
      const method = receiver.method(name);
      if (method) return this.#callFunction(method, name, node, dot, args, final);
      const field = receiver.field(name);
      if (field && hasArguments) {
        this.fail(`${name} has arguments but cannot be invoked as function`);
      }
      if (field) return field.value;
    }
    if (receiver instanceof GoMap) {
      if (hasArguments) this.fail(`${name} is not a method but has arguments`);
      if (receiver.entries.has(name)) return receiver.entries.get(name);
      if (this.options.missingKey === 'error') this.fail(`map has no entry for key "${name}"`);
      return this.options.missingKey === 'zero' ? receiver.zero : undefined;
    }
    return this.fail(`can't evaluate field ${name} in type ${typeNameOf(receiver)}`);
  }

  #function(
    node: Extract<Operand, { readonly kind: 'identifier' }>,
    command: Node,
    dot: GoValue,
    args: readonly Operand[],
    final: Final,
  ): GoValue {
    this.visit(node);
    const { name } = node;
    if (name === 'and' || name === 'or') return this.#andOr(name, dot, args, final);
    const { functions } = this.options;
    const found = Object.hasOwn(functions, name) ? functions[name] : builtins[name];
    if (!found) return this.fail(`"${name}" is not a defined function`);
    return this.#callFunction(found, name, command, dot, args, final);
  }

  #andOr(name: 'and' | 'or', dot: GoValue, args: readonly Operand[], final: Final): GoValue {
    if (args.length < 2 && final === nothing) {
      this.fail(`wrong number of args for ${name}: want at least 1 got 0`);
    }
    let value: GoValue;
    for (const arg of args.slice(1)) {
      value = this.#argument(arg, 'any', dot);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return final === nothing ? value : final;
  }

  #callFunction(
    callee: GoFunction,
    name: string,
    node: Node,
    dot: GoValue,
    args: readonly Operand[],
    final: Final,
  ): GoValue {
    const given = args.slice(1);
    const count = given.length + (final === nothing ? 0 : 1);
    const { parameters, variadic } = callee;
    if (variadic ? count < parameters.length : count !== parameters.length) {
      const wanted = variadic ? `at least ${parameters.length}` : parameters.length;
      this.fail(
        `wrong number of args for ${name}: want ${wanted} got ${variadic ? given.length : count}`,
      );
    }
    const typeAt = (i: number): GoParameter => parameters[i] ?? (variadic as GoParameter);
    const values = given.map((arg, i) => this.#argument(arg, typeAt(i), dot));
    if (final !== nothing) values.push(this.#checked(final, typeAt(given.length)));
    try {
      const result = callee.call(values, this.#call);
      if (typeof result === 'string') this.charge(result.length);
      return result;
    } catch (error) {
      if (error instanceof InputError || !(error instanceof Error)) throw error;
      this.node = node;
      return this.fail(`error calling ${name}: ${messageOf(error)}`, error);
    }
  }

  #checked(value: GoValue, parameter: GoParameter): GoValue {
    if (isAssignable(value, parameter)) return value;
    if (value === undefined) this.fail(`invalid value; expected ${parameterName(parameter)}`);
    const problem = `expected ${parameterName(parameter)}; got ${typeNameOf(value)}`;
    return this.fail(`wrong type for value; ${problem}`);
  }

  /** An operand as the type that the parameter has. */
  #argument(operand: Operand, parameter: GoParameter, dot: GoValue): GoValue {
    this.visit(operand);
    switch (operand.kind) {
      case 'dot':
        return this.#checked(dot, parameter);
      case 'nil':
        if (parameter === 'any' || typeof parameter === 'object') return undefined;
        return this.fail(`cannot assign nil to ${parameterName(parameter)}`);
      case 'field':
      case 'variable':
      case 'chain':
        return this.#checked(this.#path(operand, dot, [], nothing), parameter);
      case 'pipeline':
        return this.#checked(this.pipeline(operand, dot), parameter);
      case 'identifier':
        return this.#checked(this.#function(operand, operand, dot, [], nothing), parameter);
      default:
        return this.#constant(operand, parameter);
    }
  }

  #constant(
    operand: Extract<Operand, { readonly kind: 'boolean' | 'number' | 'string' }>,
    parameter: GoParameter,
  ): GoValue {
    const found = printNode(operand);
    if (parameter === 'any') {
      return operand.kind === 'number' ? this.#ideal(operand.value, operand.text) : operand.value;
    }
    if (typeof parameter === 'object') {
      return this.fail(`can't handle ${found} for arg of type ${parameter.typeName}`);
    }
    if (operand.kind === 'number' && parameter === 'float64') return operand.value.float;
    if (operand.kind === 'number' && parameter === 'int' && operand.value.int !== undefined) {
      return operand.value.int;
    }
    const matches = operand.kind !== 'number' && isAssignable(operand.value, parameter);
    if (matches) return operand.value;
    const names = { string: 'string', bool: 'bool', int: 'integer', float64: 'float' };
    return this.fail(`expected ${names[parameter]}; found ${found}`);
  }

  protected charge(characters: number): void {
    this.#characters += characters;
    const { charactersMax } = this.options;
    if (this.#characters > charactersMax) this.stop(`makes more than ${charactersMax} characters`);
  }

  protected visit(node: Node): void {
    this.node = node;
    const { stepsMax } = this.options;
    if (++this.#steps > stepsMax) this.stop(`takes more than ${stepsMax} steps`);
  }

  protected stop(problem: string): never {
    throw new InputError('template_limit', `template: ${this.options.name}: ${problem}`);
  }

  protected fail(problem: string, cause?: unknown): never {
    const { name, text } = this.options;
    const node = this.node;
    if (!node) throw new InputError('template_execute', `template: ${name}: ${problem}`);
    const before = text.slice(0, node.at);
    const line = before.split('\n').length;
    const column = utf8(before.slice(before.lastIndexOf('\n') + 1)).length;
    const place = `${name}:${line}:${column}: executing "${this.template}" at <${printNode(node)}>`;
    throw new InputError('template_execute', `template: ${place}: ${problem}`, {
      span: { from: node.at, to: node.at + 1 },
      ...(cause === undefined ? {} : { cause }),
    });
  }
}
