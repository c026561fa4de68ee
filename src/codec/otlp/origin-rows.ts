// The rows of otel_scopes and otel_log_streams: what spans and log records refer to.
import { appendMap, int32, string, stringMap, uint32, uint64 } from '#model/column.ts';
import { type Origin, resourceText } from '#model/origin.ts';

/** What both tables have; columns are named as in the store. */
export const originColumns = () => ({
  day: int32(),
  service_name: string(),
  resource_attributes: stringMap(),
  resource_dropped_attributes_count: uint32(),
  resource_schema_url: string(),
  scope_name: string(),
  scope_version: string(),
  scope_attributes: stringMap(),
  scope_dropped_attributes_count: uint32(),
  scope_schema_url: string(),
});

export const scopeColumns = () => ({ scope_id: uint64(), ...originColumns() });
export const streamColumns = () => ({
  stream_id: uint64(),
  labels: stringMap(),
  ...originColumns(),
});

export function appendOrigin(
  columns: ReturnType<typeof originColumns>,
  origin: Origin,
  day: number,
): void {
  columns.day.data.i32(day);
  columns.service_name.appendText(resourceText(origin, 'service.name'));
  appendMap(columns.resource_attributes, origin.resourceAttributes);
  columns.resource_dropped_attributes_count.data.u32(origin.resourceDroppedAttributesCount);
  columns.resource_schema_url.appendText(origin.resourceSchemaUrl);
  columns.scope_name.appendText(origin.scopeName);
  columns.scope_version.appendText(origin.scopeVersion);
  appendMap(columns.scope_attributes, origin.scopeAttributes);
  columns.scope_dropped_attributes_count.data.u32(origin.scopeDroppedAttributesCount);
  columns.scope_schema_url.appendText(origin.scopeSchemaUrl);
}
