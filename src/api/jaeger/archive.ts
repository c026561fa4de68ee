// POST /api/archive/ID. Jaeger copies a trace into a second store, which must be configured; here every
// trace is kept for the retention of traces, and there is no second store to name.
import { InputError } from '#lib/errors.ts';
import type { Route } from '#server/route.ts';
import type { JaegerSources } from './api.ts';
import { jaegerRoute } from './error-response.ts';
import { readOne } from './traces.ts';

export const archive = (sources: JaegerSources): Route =>
  jaegerRoute(['POST'], '/api/archive/:id', async (request) => {
    await readOne(sources, request);
    throw new InputError(
      'jaeger_no_archive',
      'archive span storage was not configured: traces stay for their retention (retention.traces)',
    );
  });
