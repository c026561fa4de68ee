// The rows of otel_scopes and otel_log_streams: what spans and log records refer to.
import { appendMap, uint64 } from '#model/column.ts';
import { originColumns } from '#model/log-rows.ts';
import { type Origin, resourceText } from '#model/origin.ts';

export const scopeColumns = () => ({ scope_id: uint64(), ...originColumns() });

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
