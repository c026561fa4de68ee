// Rotated files of which something was not read: renamed before their end was read, or come and gone
// between two looks, or copied before the original was cut.
import { beginsAs, type FileIdentity } from './identity.ts';
import { headAt, type KnownFile } from './known-files.ts';
import { idOf } from './plain-file.ts';
import { type RotatedFile, rotatedFilesOf } from './rotated-files.ts';

export interface MissedFile {
  readonly file: RotatedFile;
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
  const { known, current, isFollowed } = question;
  const missed: MissedFile[] = [];
  const unknown: RotatedFile[] = [];
  let newestMs = 0;
  for (const file of await rotatedFilesOf(question.path)) {
    const head = await headAt(file.path);
    if (head === undefined || isCompressed(head)) continue;
    const id = idOf(file.device, file.inode);
    const before = known.find(
      ({ identity }) => identity.inode === file.inode && beginsAs(identity, head),
    );
    if (before || isFollowed(id)) newestMs = file.modifiedMs;
    const copied = before ? undefined : copyOf(head, file, known);
    if (isFollowed(id) || (copied && copied === current)) continue;
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

/** Where `path` was renamed to. */
export async function findRenamed(
  path: string,
  { device, inode }: FileIdentity,
): Promise<string | undefined> {
  const files = await rotatedFilesOf(path);
  return files.find((file) => file.device === device && file.inode === inode)?.path;
}

const copyOf = (
  head: Buffer,
  { size }: RotatedFile,
  known: readonly KnownFile[],
): KnownFile | undefined =>
  known.find(
    ({ identity, position }) =>
      identity.headBytes >= copiedHeadBytesMin &&
      size >= position.offset &&
      beginsAs(identity, head),
  );

const isCompressed = (head: Buffer): boolean =>
  (head[0] === 0x1f && head[1] === 0x8b) ||
  head.subarray(0, 3).toString('latin1') === 'BZh' ||
  head.readUInt32BE(0) === 0x28b52ffd;
