// Spans of resources without service.name are stored with an empty name. Jaeger shows them under a
// name that its collector gives them, and finds them by it.

export const missingServiceName = 'missing-service-name';

export const toShownService = (stored: string): string =>
  stored === '' ? missingServiceName : stored;

/** What to look for in the column service_name. */
export const toStoredServices = (shown: string): readonly string[] =>
  shown === missingServiceName ? ['', missingServiceName] : [shown];
