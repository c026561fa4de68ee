import type { View } from '../view.ts';

export interface ModeProps {
  readonly view: View;
  /** From the address; undefined before anything was asked. */
  readonly query: string | undefined;
  readonly job: string | undefined;
}
