// Rotated files of which something was not read: renamed before their end was read, or come and gone
// between two looks, or copied before the original was cut.
import type { FolderNames } from './folder-names.ts';
import { beginsAs } from './identity.ts';
import { filesPerPathMax, type KnownFile } from './known-files.ts';
import { idOf } from './plain-file.ts';
import { closeAll, type OpenRotatedFile, openRotatedFiles } from './rotated-files.ts';

export interface MissedFile {
  /** To be read on, or closed, by whoever asked. */
  readonly file: OpenRotatedFile;
  /** How far it was read, under whatever name; undefined: not at all. */
  readonly known: KnownFile | undefined;
}

export interface MissedQuestion {
  /** The path that its target names. */
  readonly path: string;
  /** All that were read under it. */
  readonly known: readonly KnownFile[];
  /** The one that lies there now, if it was read before. */
  readonly current: KnownFile | undefined;
  readonly isFollowed: (id: string) => boolean;
  /** Given when it is enough to look once, at names of a moment ago. */
  readonly names?: FolderNames | undefined;
}

/** A copy is taken for one only if at least this much of its beginning agrees. */
const copiedHeadBytesMin = 64;

/** The oldest first. */
export async function findMissed(question: MissedQuestion): Promise<MissedFile[]> {
  const files = await openRotatedFiles(question.path, question.names);
  const missed = choose(question, files);
  const chosen = new Set(missed.map(({ file }) => file));
  await closeAll(files.filter((file) => !chosen.has(file)));
  return missed;
}

function choose(question: MissedQuestion, files: readonly OpenRotatedFile[]): MissedFile[] {
  const { known, current, isFollowed } = question;
  const missed: MissedFile[] = [];
  const isSameAs = (file: OpenRotatedFile, { identity }: KnownFile): boolean =>
    identity.inode === file.inode && beginsAs(identity, file.head);
  // What still lies somewhere as it was is no original of a copy.
  const originals = known.filter((one) => !files.some((file) => isSameAs(file, one)));
  for (const file of files) {
    if (isCompressed(file.head) || isFollowed(idOf(file.device, file.inode))) continue;
    const before = known.find((one) => isSameAs(file, one));
    const copied = before ? undefined : copyOf(file, originals);
    if (copied && copied === current) continue;
    const read = before ?? copied;
    const isUnread = read ? file.size > read.position.offset : isYounger(file, known);
    if (isUnread) missed.push({ file, known: read });
  }
  return missed.sort((a, b) => a.file.modifiedMs - b.file.modifiedMs);
}

/**
 * Whether a file without a position has none because it was never read. The positions of a path are
 * forgotten from the oldest on: whatever was read and is younger than the oldest of them has one. The
 * youngest of them says nothing, since an inode that is used again may look like a file that was read.
 */
function isYounger(file: OpenRotatedFile, known: readonly KnownFile[]): boolean {
  const oldestMs = Math.min(...known.map(({ modifiedMs }) => modifiedMs));
  const ageMs = Math.floor(file.modifiedMs) - oldestMs;
  // It may be one that was forgotten, of the same moment.
  return known.length < filesPerPathMax ? ageMs >= 0 : ageMs > 0;
}

const copyOf = (
  { head, size }: OpenRotatedFile,
  known: readonly KnownFile[],
): KnownFile | undefined =>
  known.find(
    ({ identity, position }) =>
      identity.headBytes >= copiedHeadBytesMin &&
      size >= position.offset &&
      beginsAs(identity, head),
  );

const isCompressed = (head: Buffer): boolean =>
  ['1f8b', '425a68', '28b52ffd'].some((magic) => head.toString('hex', 0, 4).startsWith(magic));
