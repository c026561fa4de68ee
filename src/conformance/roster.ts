// The cases that are known to fail, each with its cause. It may only shrink; a case on it still counts
// as failed, it only does not end the command with status 1.
import roster from './roster.json' with { type: 'json' };
import type { CaseResult } from './suite.ts';

export interface RosterGroup {
  /** `Suite.kind`. */
  readonly kind: string;
  readonly cause: string;
  /** On purpose: listed in docs/reference/differences.md. */
  readonly deliberate?: boolean;
  /** `CaseResult.id`. */
  readonly cases: readonly string[];
}

export const rosterGroups: readonly RosterGroup[] = roster.groups;

export interface Roster {
  causeOf(kind: string, id: string): RosterGroup | undefined;
}

export function createRoster(groups: readonly RosterGroup[] = rosterGroups): Roster {
  const byCase = new Map<string, RosterGroup>();
  for (const group of groups) {
    for (const id of group.cases) byCase.set(`${group.kind}\n${id}`, group);
  }
  return { causeOf: (kind, id) => byCase.get(`${kind}\n${id}`) };
}

/** A failure where the recording looks like a defect of the original, and is listed as on purpose. */
export const isDeliberate = (roster: Roster, kind: string, result: CaseResult): boolean =>
  result.failure !== undefined && roster.causeOf(kind, result.id)?.deliberate === true;
