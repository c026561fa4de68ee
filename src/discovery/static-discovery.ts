// Targets that stand in prometheus.yml.
import type { StaticDiscoveryConfig } from '#prometheus-config/discovery-config.ts';
import type { Discovery } from './discovery.ts';
import { toTargetGroups } from './target-groups.ts';

export function createStaticDiscovery({ groups }: StaticDiscoveryConfig): Discovery {
  return {
    run: (signal, onGroups) => {
      onGroups(toTargetGroups(groups, 'static', []));
      return untilAborted(signal);
    },
  };
}

export const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
