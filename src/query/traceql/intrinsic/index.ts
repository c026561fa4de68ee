// Every intrinsic. To add one: its definition in a file here, its spelling in
// syntax/intrinsic-name.ts, its type in check/type.ts, and a line below.
import type { IntrinsicName } from '../syntax/intrinsic-name.ts';
import type { IntrinsicDefinition } from './define.ts';
import * as event from './event.ts';
import * as span from './span.ts';
import * as trace from './trace.ts';

export const intrinsics = {
  name: span.name,
  duration: span.spanDuration,
  status: span.status,
  statusMessage: span.statusMessage,
  kind: span.kind,
  id: span.id,
  parentId: span.parentId,
  traceId: span.traceId,
  instrumentationName: span.instrumentationName,
  instrumentationVersion: span.instrumentationVersion,
  eventName: event.eventName,
  eventTimeSinceStart: event.eventTimeSinceStart,
  linkTraceId: event.linkTraceId,
  linkSpanId: event.linkSpanId,
  traceDuration: trace.traceDuration,
  rootName: trace.rootName,
  rootServiceName: trace.rootServiceName,
  childCount: trace.childCount,
  unstoredChildCount: trace.unstoredChildCount,
  nestedSetLeft: trace.nestedSetLeft,
  nestedSetRight: trace.nestedSetRight,
  nestedSetParent: trace.nestedSetParent,
  parent: span.parentId,
} satisfies Record<IntrinsicName, IntrinsicDefinition> as Record<
  IntrinsicName,
  IntrinsicDefinition
>;
