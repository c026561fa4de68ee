// GET /graph: where links in alerts and templates lead, as Prometheus writes them; the explorer has it.
import { type Route, route } from '#server/route.ts';

export function graphRoutes(): Route[] {
  return [
    route(['GET'], '/graph', ({ query }) => {
      const target = new URLSearchParams({ mode: 'metrics' });
      const expr = query.get('g0.expr');
      if (expr !== null) target.set('q', expr);
      // Relative, so that it holds behind a proxy with a prefix.
      return { status: 302, headers: { location: `explore?${target}` } };
    }),
  ];
}
