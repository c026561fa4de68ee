// Tokens → tree. Errors are worded as Go's: `template: name:line: problem`.
// https://pkg.go.dev/text/template#hdr-Actions
import { lex, type Token, type TokenKind } from './lexer.ts';
import {
  type Branch,
  type Command,
  type Operand,
  type Pipeline,
  printNode,
  type TemplateNode,
} from './node.ts';
import { TokenReader } from './token-reader.ts';
import { parseCharacter, parseNumber, unquote } from './unquote.ts';

export interface ParseOptions {
  /** In messages, and the name of the main template. */
  readonly name: string;
  readonly hasFunction: (name: string) => boolean;
}

/** The templates of a text by name; the main one is among them. Throws InputError `template_parse`. */
export function parse(text: string, options: ParseOptions): Map<string, readonly TemplateNode[]> {
  const parser = new Parser(text, options);
  parser.parseMain();
  return parser.templates;
}

/** Deeper nesting is somebody's attempt at the stack. */
const depthMax = 500;

type ListEnd = 'end' | 'else';

const operandKinds: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'boolean',
  'character',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'raw-string',
  'string',
  'variable',
  'left-paren',
]);

class Parser extends TokenReader {
  readonly templates = new Map<string, readonly TemplateNode[]>();
  readonly #hasFunction: ParseOptions['hasFunction'];
  #variables: string[] = ['$'];
  #ranges = 0;
  #depth = 0;

  constructor(text: string, options: ParseOptions) {
    super(options.name, lex(text));
    this.#hasFunction = options.hasFunction;
  }

  parseMain(): void {
    const nodes: TemplateNode[] = [];
    while (this.peek().kind !== 'eof') {
      if (this.#isDefine()) {
        this.#define();
        continue;
      }
      const node = this.#textOrAction();
      if (typeof node === 'string') this.fail(`unexpected {{${node}}}`);
      nodes.push(node as TemplateNode);
    }
    this.#add(this.name, nodes);
  }

  #isDefine(): boolean {
    if (this.peek().kind !== 'left-delimiter') return false;
    let at = this.next + 1;
    while (this.tokens[at]?.kind === 'space') at++;
    const token = this.tokens[at];
    if (token?.kind !== 'keyword' || token.text !== 'define') return false;
    this.actionLine = this.peek().line;
    this.next = at + 1;
    return true;
  }

  #define(): void {
    const context = 'define clause';
    const name = this.#templateName(context);
    this.expectEnd(context);
    this.#nested(name, context);
  }

  /** The body of a template inside of this one, to its {{end}}. */
  #nested(name: string, context: string): void {
    const [variables, ranges] = [this.#variables, this.#ranges];
    this.#variables = ['$'];
    this.#ranges = 0;
    const { nodes, end } = this.#list();
    if (end !== 'end') this.fail(`unexpected {{${end}}} in ${context}`);
    this.#variables = variables;
    this.#ranges = ranges;
    this.#add(name, nodes);
  }

  #add(name: string, nodes: readonly TemplateNode[]): void {
    const known = this.templates.get(name);
    if (known && !isBlank(known)) {
      if (!isBlank(nodes)) this.fail(`template: multiple definition of template "${name}"`);
      return;
    }
    this.templates.set(name, nodes);
  }

  #list(): { readonly nodes: readonly TemplateNode[]; readonly end: ListEnd } {
    if (++this.#depth > depthMax) this.fail(`more than ${depthMax} actions inside of each other`);
    const nodes: TemplateNode[] = [];
    while (this.peek().kind !== 'eof') {
      const node = this.#textOrAction();
      if (typeof node === 'string') {
        this.#depth--;
        return { nodes, end: node };
      }
      nodes.push(node);
    }
    return this.fail('unexpected EOF');
  }

  #textOrAction(): TemplateNode | ListEnd {
    const token = this.nextNonSpace();
    if (token.kind === 'text') return { kind: 'text', at: token.at, text: token.text };
    if (token.kind !== 'left-delimiter') return this.unexpected(token, 'input');
    this.actionLine = token.line;
    return this.#action();
  }

  #action(): TemplateNode | ListEnd {
    const token = this.nextNonSpace();
    if (token.kind !== 'keyword') {
      this.next--;
      const pipeline = this.#pipeline('command', 'right-delimiter');
      return { kind: 'action', at: token.at, pipeline };
    }
    switch (token.text) {
      case 'if':
      case 'with':
      case 'range':
        return this.#branch(token.text);
      case 'else':
        return this.#else();
      case 'end':
        this.expectEnd('end');
        return 'end';
      case 'template':
        return this.#template(token);
      case 'block':
        return this.#block(token);
      case 'break':
      case 'continue':
        return this.#loopExit(token);
      default:
        return this.unexpected(token, 'command');
    }
  }

  #loopExit(token: Token): TemplateNode {
    const kind = token.text as 'break' | 'continue';
    const end = this.nextNonSpace();
    if (end.kind !== 'right-delimiter') this.unexpected(end, `{{${kind}}}`);
    if (this.#ranges === 0) this.fail(`{{${kind}}} outside {{range}}`);
    return { kind, at: token.at };
  }

  /** `else if` and `else with` leave their second word, for #branch. */
  #else(): 'else' {
    const next = this.peekNonSpace();
    const isChained = next.kind === 'keyword' && (next.text === 'if' || next.text === 'with');
    if (!isChained) this.expectEnd('else');
    return 'else';
  }

  #branch(kind: Branch['kind']): Branch {
    const variables = this.#variables.length;
    const pipeline = this.#pipeline(kind, 'right-delimiter');
    if (kind === 'range') this.#ranges++;
    const { nodes: body, end } = this.#list();
    if (kind === 'range') this.#ranges--;
    const orElse = end === 'else' ? this.#orElse(kind) : undefined;
    this.#variables.length = variables;
    return { kind, at: pipeline.at, pipeline, body, orElse };
  }

  #orElse(kind: Branch['kind']): readonly TemplateNode[] {
    const next = this.peekNonSpace();
    if (next.kind === 'keyword' && next.text === kind && kind !== 'range') {
      this.nextNonSpace();
      if (++this.#depth > depthMax) this.fail(`more than ${depthMax} branches of one ${kind}`);
      const chained = [this.#branch(kind)];
      this.#depth--;
      return chained;
    }
    if (next.kind === 'keyword') this.unexpected(this.nextNonSpace(), 'input');
    const { nodes, end } = this.#list();
    if (end !== 'end') this.fail(`expected end; found {{${end}}}`);
    return nodes;
  }

  #template(keyword: Token): TemplateNode {
    const context = 'template clause';
    const at = this.peekNonSpace().at;
    const name = this.#templateName(context);
    if (this.peekNonSpace().kind === 'right-delimiter') {
      this.nextNonSpace();
      return { kind: 'template', at, name, pipeline: undefined };
    }
    const pipeline = this.#pipeline(context, 'right-delimiter');
    return { kind: keyword.text as 'template', at, name, pipeline };
  }

  #block(keyword: Token): TemplateNode {
    const context = 'block clause';
    const name = this.#templateName(context);
    const pipeline = this.#pipeline(context, 'right-delimiter');
    this.#nested(name, context);
    return { kind: 'template', at: keyword.at, name, pipeline };
  }

  #templateName(context: string): string {
    const token = this.nextNonSpace();
    if (token.kind !== 'string' && token.kind !== 'raw-string') this.unexpected(token, context);
    return unquote(token.text) ?? this.fail('invalid syntax');
  }

  /** declarations? command ('|' command)*, and the end with it. */
  #pipeline(context: string, end: TokenKind): Pipeline {
    const { at } = this.peekNonSpace();
    const { declares, isAssignment } = this.#declarations(context);
    const commands: Command[] = [];
    for (;;) {
      const token = this.nextNonSpace();
      if (token.kind === end) break;
      if (!operandKinds.has(token.kind)) this.unexpected(token, context);
      this.next--;
      commands.push(this.#command());
    }
    this.#checkPipeline(commands, context);
    return { kind: 'pipeline', at, declares, isAssignment, commands };
  }

  #declarations(context: string): Pick<Pipeline, 'declares' | 'isAssignment'> {
    const declares: string[] = [];
    for (;;) {
      const from = this.next;
      if (this.peekNonSpace().kind !== 'variable') return { declares, isAssignment: false };
      const name = this.nextNonSpace().text;
      const sign = this.nextNonSpace();
      if (sign.kind === 'declare' || sign.kind === 'assign') {
        declares.push(name);
        this.#variables.push(name);
        return { declares, isAssignment: sign.kind === 'assign' };
      }
      if (sign.kind !== 'comma') {
        this.next = from;
        return { declares, isAssignment: false };
      }
      declares.push(name);
      this.#variables.push(name);
      if (context !== 'range' || declares.length > 1) {
        this.fail(`too many declarations in ${context}`);
      }
      if (this.peekNonSpace().kind !== 'variable') {
        this.fail('range can only initialize variables');
      }
    }
  }

  #checkPipeline(commands: readonly Command[], context: string): void {
    if (commands.length === 0) this.fail(`missing value for ${context}`);
    for (const [i, { args }] of commands.entries()) {
      const kind = args[0]?.kind as string;
      if (i > 0 && ['boolean', 'dot', 'nil', 'number', 'string'].includes(kind)) {
        this.fail(`non executable command in pipeline stage ${i + 1}`);
      }
    }
  }

  /** operand (space operand)*, up to the pipe sign or the end, which is left. */
  #command(): Command {
    const { at } = this.peekNonSpace();
    const args: Operand[] = [];
    for (;;) {
      const operand = this.#operand();
      if (operand) args.push(operand);
      const token = this.take();
      if (token.kind === 'space') continue;
      if (token.kind === 'right-delimiter' || token.kind === 'right-paren') this.next--;
      else if (token.kind !== 'pipe') this.unexpected(token, 'operand');
      break;
    }
    if (args.length === 0) this.fail('empty command');
    return { kind: 'command', at, args };
  }

  /** term field* */
  #operand(): Operand | undefined {
    const term = this.#term();
    if (!term || this.peek().kind !== 'field') return term;
    const { at } = this.peek();
    const names: string[] = [];
    while (this.peek().kind === 'field') names.push(this.take().text.slice(1));
    switch (term.kind) {
      case 'field':
        return { kind: 'field', at, names: [...term.names, ...names] };
      case 'variable':
        return { ...term, at, names: [...term.names, ...names] };
      case 'boolean':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.fail(`unexpected . after term ${JSON.stringify(printNode(term))}`);
      default:
        return { kind: 'chain', at, of: term, names };
    }
  }

  #term(): Operand | undefined {
    const token = this.nextNonSpace();
    const { at, text } = token;
    switch (token.kind) {
      case 'identifier':
        if (!this.#hasFunction(text)) this.fail(`function "${text}" not defined`);
        return { kind: 'identifier', at, name: text };
      case 'dot':
      case 'nil':
        return { kind: token.kind, at };
      case 'variable':
        if (!this.#variables.includes(text)) this.fail(`undefined variable "${text}"`);
        return { kind: 'variable', at, name: text, names: [] };
      case 'field':
        return { kind: 'field', at, names: [text.slice(1)] };
      case 'boolean':
        return { kind: 'boolean', at, value: text === 'true' };
      case 'character':
      case 'number': {
        const value = token.kind === 'number' ? parseNumber(text) : parseCharacter(text);
        if (!value) return this.fail(`bad number syntax: ${JSON.stringify(text)}`);
        return { kind: 'number', at, value, text };
      }
      case 'string':
      case 'raw-string': {
        const value = unquote(text) ?? this.fail('invalid syntax');
        return { kind: 'string', at, value, text };
      }
      case 'left-paren': {
        if (++this.#depth > depthMax) this.fail(`more than ${depthMax} parentheses`);
        const inner = this.#pipeline('parenthesized pipeline', 'right-paren');
        this.#depth--;
        return inner;
      }
      default:
        this.next--;
        return undefined;
    }
  }
}

const isBlank = (nodes: readonly TemplateNode[]): boolean =>
  nodes.every((node) => node.kind === 'text' && node.text.trim() === '');
