// The cases that are known to fail, each with its cause. It may only shrink; a case on it still counts
// as failed, it only does not end the command with status 1.
import roster from './roster.json' with { type: 'json' };

export interface RosterGroup {
  /** `Suite.kind`. */
  readonly kind: string;
  readonly cause: string;
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
