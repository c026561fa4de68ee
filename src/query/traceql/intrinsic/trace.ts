// Intrinsics that need the whole trace: evaluated after it is read.
import { duration, int, nil, text } from '../eval/value.ts';
import { defineIntrinsic } from './define.ts';

export const traceDuration = defineIntrinsic({
  doc: 'Time from the first start to the last end in the trace.',
  evaluate: (_span, trace) => duration(Number(trace.endUnixNano - trace.startUnixNano)),
});

export const rootName = defineIntrinsic({
  doc: 'Name of the root span.',
  evaluate: (_span, trace) => text(trace.root?.name ?? ''),
});

/** What Tempo answers for the service of a trace whose root has not come. */
export const missingRoot = '<root span not yet received>';

export const rootServiceName = defineIntrinsic({
  doc: 'Service of the root span.',
  evaluate: (_span, trace) => text(trace.root?.serviceName ?? ''),
});

export const childCount = defineIntrinsic({
  doc: 'Number of direct children.',
  evaluate: (span, trace) => int(trace.tree.childrenOf(span).length),
});

/** Tempo's default block format (vParquet4) stores none. */
export const unstoredChildCount = defineIntrinsic({
  doc: 'Number of direct children, where it is not known.',
  evaluate: () => nil,
});

export const nestedSetLeft = defineIntrinsic({
  doc: 'Left number of the nested set model.',
  needs: 'arrival',
  evaluate: (span, trace) => int(trace.tree.numbersOf(span).left),
});

export const nestedSetRight = defineIntrinsic({
  doc: 'Right number of the nested set model.',
  needs: 'arrival',
  evaluate: (span, trace) => int(trace.tree.numbersOf(span).right),
});

export const nestedSetParent = defineIntrinsic({
  doc: 'Left number of the parent; -1 for the root.',
  needs: 'arrival',
  evaluate: (span, trace) => int(trace.tree.numbersOf(span).parent),
});
