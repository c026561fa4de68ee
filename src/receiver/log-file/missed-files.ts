// Rotated files of which something was not read: renamed before their end was read, or come and gone
// between two looks, or copied before the original was cut.
import { beginsAs } from './identity.ts';
import type { KnownFile } from './known-files.ts';
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
}

/** A copy is taken for one only if at least this much of its beginning agrees. */
const copiedHeadBytesMin = 64;

/** The oldest first. */
export async function findMissed(question: MissedQuestion): Promise<MissedFile[]> {
  const files = await openRotatedFiles(question.path);
  const missed = choose(question, files);
  const chosen = new Set(missed.map(({ file }) => file));
  await closeAll(files.filter((file) => !chosen.has(file)));
  return missed;
}

function choose(question: MissedQuestion, files: readonly OpenRotatedFile[]): MissedFile[] {
  const { known, current, isFollowed } = question;
  const missed: MissedFile[] = [];
  const unknown: OpenRotatedFile[] = [];
  let newestMs = 0;
  for (const file of files) {
    if (isCompressed(file.head)) continue;
    const isRead = isFollowed(idOf(file.device, file.inode));
    const before = known.find(
      ({ identity }) => identity.inode === file.inode && beginsAs(identity, file.head),
    );
    if (before || isRead) newestMs = file.modifiedMs;
    const copied = before ? undefined : copyOf(file, known);
    if (isRead || (copied && copied === current)) continue;
    if (before || copied) {
      const { offset } = (before ?? (copied as KnownFile)).position;
      if (file.size > offset) missed.push({ file, known: before ?? copied });
    } else unknown.push(file);
  }
  if (newestMs === 0) newestMs = Math.max(0, ...known.map(({ modifiedMs }) => modifiedMs));
  for (const file of unknown) {
    if (file.modifiedMs >= newestMs) missed.push({ file, known: undefined });
  }
  return missed.sort((a, b) => a.file.modifiedMs - b.file.modifiedMs);
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
