// Keeps a mistake of ours in one view from emptying the whole page: says so and offers to load again.
// Also what is seen when code cannot be loaded because the program was replaced by a newer one.

import { Component, type ReactNode } from 'react';
import { Note } from './Note.tsx';
import { describeFailure, type ViewFailure } from './view-failure.ts';

interface BoundaryProps {
  /** Another place is another chance. */
  readonly place: string;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly failure: ViewFailure | undefined;
  readonly place: string;
}

export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { failure: undefined, place: this.props.place };

  static getDerivedStateFromError(error: unknown): Partial<BoundaryState> {
    return { failure: describeFailure(error) };
  }

  static getDerivedStateFromProps(
    { place }: BoundaryProps,
    state: BoundaryState,
  ): BoundaryState | null {
    return place === state.place ? null : { failure: undefined, place };
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === undefined) return this.props.children;
    return (
      <Note kind="empty" {...failure} steps={[{ label: 'Load the page again', run: loadAgain }]} />
    );
  }
}

/** Not before the program answers: the browser's own error page would lead nowhere. */
function loadAgain(): void {
  fetch(document.baseURI, { method: 'HEAD' }).then(
    () => location.reload(),
    () => {},
  );
}
