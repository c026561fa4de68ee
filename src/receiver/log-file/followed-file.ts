// A file that is being read, whatever it takes to read it.
import type { LineIntake } from './line-intake.ts';
import type { Progress } from './tail-context.ts';

export interface FollowedFile {
  readonly intake: LineIntake;
  /** Device and inode, as they are now. */
  readonly id: string;
  /** Its path; undefined when another file has that now. */
  readonly path: string | undefined;
  /** Whether it holds a handle. */
  readonly isOpen: boolean;
  /** A poll is under way. */
  readonly isBeingRead: boolean;
  /** Nothing was read for this long. */
  readonly idleMs: number;
  /** It was found under this path. */
  follow(path: string): void;
  /** It is none that is asked for by its path: it is read until nothing is added any more. */
  leave(): void;
  /** Nobody asks for it any more: what is there now is the last that is read of it. */
  finish(): void;
  /**
   * Sees whether another file has its path now, and if so holds it open. May be called while a poll is under
   * way. Never rejects: what fails is said by the next poll.
   */
  look(): Promise<void>;
  /** Looks for more; one poll at a time. Never rejects: what fails is logged once, and tried again the next time. */
  poll(): Promise<Progress>;
  close(): Promise<void>;
}
