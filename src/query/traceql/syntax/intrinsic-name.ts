// Spellings of intrinsics: the scoped ones (`span:duration`) and the older ones without scope.
export type IntrinsicName =
  | 'status'
  | 'statusMessage'
  | 'duration'
  | 'name'
  | 'kind'
  | 'id'
  | 'parentId'
  | 'childCount'
  | 'parent'
  | 'traceDuration'
  | 'rootName'
  | 'rootServiceName'
  | 'traceId'
  | 'eventName'
  | 'eventTimeSinceStart'
  | 'linkSpanId'
  | 'linkTraceId'
  | 'instrumentationName'
  | 'instrumentationVersion'
  | 'nestedSetLeft'
  | 'nestedSetRight'
  | 'nestedSetParent';

export const intrinsicSpellings: Readonly<Record<string, IntrinsicName>> = {
  'span:status': 'status',
  'span:statusMessage': 'statusMessage',
  'span:duration': 'duration',
  'span:name': 'name',
  'span:kind': 'kind',
  'span:id': 'id',
  'span:parentID': 'parentId',
  'span:childCount': 'childCount',
  'trace:duration': 'traceDuration',
  'trace:rootName': 'rootName',
  'trace:rootService': 'rootServiceName',
  'trace:id': 'traceId',
  'event:name': 'eventName',
  'event:timeSinceStart': 'eventTimeSinceStart',
  'link:spanID': 'linkSpanId',
  'link:traceID': 'linkTraceId',
  'instrumentation:name': 'instrumentationName',
  'instrumentation:version': 'instrumentationVersion',
  duration: 'duration',
  name: 'name',
  status: 'status',
  statusMessage: 'statusMessage',
  kind: 'kind',
  rootName: 'rootName',
  rootServiceName: 'rootServiceName',
  traceDuration: 'traceDuration',
  nestedSetLeft: 'nestedSetLeft',
  nestedSetRight: 'nestedSetRight',
  nestedSetParent: 'nestedSetParent',
  childCount: 'childCount',
  parent: 'parent',
};
