// GET /api/status → how the program itself is doing.

import type { Status } from '#api/admin/status-type.ts';
import { requestJson } from './request.ts';

export const queryStatus = (signal: AbortSignal): Promise<Status> =>
  requestJson<Status>('api/status', {}, { signal });
