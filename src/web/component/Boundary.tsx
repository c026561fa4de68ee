// Keeps a mistake of ours in one view from emptying the whole page: says so and offers to load again.
// Also what is seen when code cannot be loaded because the program was replaced by a newer one.

import { Component, type ReactNode } from 'react';
import { Note } from './Note.tsx';

interface BoundaryProps {
  /** Another place is another chance. */
  readonly place: string;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly message: string | undefined;
  readonly place: string;
}

export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { message: undefined, place: this.props.place };

  static getDerivedStateFromError(error: unknown): Partial<BoundaryState> {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  static getDerivedStateFromProps(
    { place }: BoundaryProps,
    state: BoundaryState,
  ): BoundaryState | null {
    return place === state.place ? null : { message: undefined, place };
  }

  override render(): ReactNode {
    const { message } = this.state;
    if (message === undefined) return this.props.children;
    return (
      <Note
        kind="empty"
        title="This view cannot be shown."
        detail={`That is a mistake of Sightline, not yours: ${message}`}
        steps={[{ label: 'Load the page again', run: () => location.reload() }]}
      />
    );
  }
}
