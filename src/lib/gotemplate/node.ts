// The tree of a template, and its nodes as source again: messages quote them.

/** Offsets in UTF-16 code units. */
interface At {
  readonly at: number;
}

export type NumberConstant = { readonly int: bigint | undefined; readonly float: number };

export type Operand =
  | (At & { readonly kind: 'dot' | 'nil' })
  | (At & { readonly kind: 'boolean'; readonly value: boolean })
  | (At & { readonly kind: 'number'; readonly value: NumberConstant; readonly text: string })
  | (At & { readonly kind: 'string'; readonly value: string; readonly text: string })
  | (At & { readonly kind: 'identifier'; readonly name: string })
  | (At & { readonly kind: 'field'; readonly names: readonly string[] })
  | (At & { readonly kind: 'variable'; readonly name: string; readonly names: readonly string[] })
  | (At & { readonly kind: 'chain'; readonly of: Operand; readonly names: readonly string[] })
  | Pipeline;

export interface Command extends At {
  readonly kind: 'command';
  readonly args: readonly Operand[];
}

export interface Pipeline extends At {
  readonly kind: 'pipeline';
  /** Names with their $. */
  readonly declares: readonly string[];
  readonly isAssignment: boolean;
  readonly commands: readonly Command[];
}

export interface Branch extends At {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipeline: Pipeline;
  readonly body: readonly TemplateNode[];
  readonly orElse: readonly TemplateNode[] | undefined;
}

export type TemplateNode =
  | (At & { readonly kind: 'text'; readonly text: string })
  | (At & { readonly kind: 'action'; readonly pipeline: Pipeline })
  | (At & { readonly kind: 'break' | 'continue' })
  | (At & {
      readonly kind: 'template';
      readonly name: string;
      readonly pipeline: Pipeline | undefined;
    })
  | Branch;

export type Node = TemplateNode | Operand | Command;

/** As messages quote it. */
export function printNode(node: Node): string {
  switch (node.kind) {
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'boolean':
      return String(node.value);
    case 'number':
    case 'string':
    case 'text':
      return node.text;
    case 'identifier':
      return node.name;
    case 'field':
      return fieldsOf(node.names);
    case 'variable':
      return node.name + fieldsOf(node.names);
    case 'chain':
      return printOperand(node.of) + fieldsOf(node.names);
    case 'command':
      return node.args.map(printOperand).join(' ');
    case 'pipeline':
      return printPipeline(node);
    case 'action':
      return `{{${printNode(node.pipeline)}}}`;
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
    case 'template': {
      const argument = node.pipeline ? ` ${printNode(node.pipeline)}` : '';
      return `{{template ${JSON.stringify(node.name)}${argument}}}`;
    }
    default: {
      const orElse = node.orElse ? `{{else}}${node.orElse.map(printNode).join('')}` : '';
      const body = node.body.map(printNode).join('');
      return `{{${node.kind} ${printNode(node.pipeline)}}}${body}${orElse}{{end}}`;
    }
  }
}

const fieldsOf = (names: readonly string[]): string => names.map((name) => `.${name}`).join('');

const printOperand = (operand: Operand): string =>
  operand.kind === 'pipeline' ? `(${printNode(operand)})` : printNode(operand);

function printPipeline({ declares, isAssignment, commands }: Pipeline): string {
  const declared =
    declares.length === 0 ? '' : `${declares.join(', ')} ${isAssignment ? '=' : ':='} `;
  return declared + commands.map(printNode).join(' | ');
}
