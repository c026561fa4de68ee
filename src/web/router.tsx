// Which page belongs to which path. One line per page.

import { type ComponentType, lazy, Suspense } from 'react';
import { Boundary } from './component/Boundary.tsx';
import { Note } from './component/Note.tsx';
import { loadView } from './component/view-failure.ts';
import { ExplorePage } from './page/explore/Page.tsx';
import { exploreHref } from './page/link.ts';
import { Shell } from './page/shell/Shell.tsx';
import { type PageProps, useView } from './page/view.ts';

const pages: readonly { readonly path: RegExp; readonly Page: ComponentType<PageProps> }[] = [
  // Small, and where most visits begin: its code comes with the frame, that of its modes does not.
  { path: /^\/(?:explore\/?)?$/, Page: ExplorePage },
  { path: /^\/trace\/[^/]+$/, Page: lazy(() => loadView(() => import('./page/trace/Page.tsx'))) },
  {
    path: /^\/compare\/[^/]+\/[^/]+$/,
    Page: lazy(() => loadView(() => import('./page/compare/Page.tsx'))),
  },
  {
    path: /^\/services\/?$/,
    Page: lazy(() => loadView(() => import('./page/services/Page.tsx'))),
  },
  { path: /^\/status\/?$/, Page: lazy(() => loadView(() => import('./page/status/Page.tsx'))) },
];

export function App() {
  const view = useView();
  const Page = pages.find(({ path }) => path.test(view.place.path))?.Page ?? NotFound;
  return (
    <Shell view={view}>
      <Boundary place={view.place.path + view.place.params}>
        <Suspense fallback={<div className="page" />}>
          <Page view={view} />
        </Suspense>
      </Boundary>
    </Shell>
  );
}

function NotFound({ view }: PageProps) {
  return (
    <Note
      kind="empty"
      title="There is no such page."
      detail="The address may be cut off or from a newer version."
      steps={[{ label: 'Explore', to: exploreHref({ mode: 'metrics', range: view.range }) }]}
    />
  );
}
