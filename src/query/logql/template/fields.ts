// The labels that a template names.
import { InputError } from '#lib/errors.ts';
import type { Operand, Pipeline, TemplateNode } from '#lib/gotemplate/node.ts';
import { parseTemplate } from '#lib/gotemplate/template.ts';
import { functionsFor } from './index.ts';

/** Without doubles; nothing for a template that is not valid. */
export function fieldsOf(text: string): string[] {
  try {
    const functions = functionsFor({ line: '', timeNano: 0n });
    return [...new Set(ofNodes(parseTemplate(text, { name: 'line', functions }).nodes))];
  } catch (error) {
    if (error instanceof InputError) return [];
    throw error;
  }
}

const ofNodes = (nodes: readonly TemplateNode[]): string[] => nodes.flatMap(ofNode);

function ofNode(node: TemplateNode): string[] {
  switch (node.kind) {
    case 'action':
      return ofPipeline(node.pipeline);
    case 'if':
    case 'with':
    case 'range':
      return [...ofPipeline(node.pipeline), ...ofNodes(node.body), ...ofNodes(node.orElse ?? [])];
    case 'template':
      return node.pipeline ? ofPipeline(node.pipeline) : [];
    default:
      return [];
  }
}

const ofPipeline = ({ commands }: Pipeline): string[] =>
  commands.flatMap(({ args }) => args.flatMap(ofOperand));

function ofOperand(operand: Operand): string[] {
  if (operand.kind === 'field') return [...operand.names];
  if (operand.kind === 'pipeline') return ofPipeline(operand);
  return operand.kind === 'chain' ? ofOperand(operand.of) : [];
}
