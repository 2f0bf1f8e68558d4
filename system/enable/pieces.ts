/** What a part may put into somebody else's tree: one link, one marked line, or one small file. */
export interface LinkPiece {
  kind: 'link';
  path: string;
  /** what the link says, an absolute path */
  target: string;
  /** what else can be done when something is in the way, for the hint */
  otherwise?: string;
}

export interface LinePiece {
  kind: 'line';
  path: string;
  /** the whole line, ASCII, without its end; it carries `mark` */
  line: string;
  mark: string;
  /** every text that an earlier version wrote for it */
  earlier: readonly string[];
}

export interface FilePiece {
  kind: 'file';
  path: string;
  text: string;
  earlier: readonly string[];
}

export type Piece = LinkPiece | LinePiece | FilePiece;

/** What was in a file before, enough to know it again: its content is not copied, for it may hold secrets. */
interface Before {
  sha256: string;
  /** milliseconds since the epoch */
  mtime: number;
}

/** What was done, as the record keeps it. It is written before the deed, so the deed may be missing. */
export interface Entry {
  kind: Piece['kind'];
  path: string;
  /** where the path ended when the deed was done, links followed; the path itself for a link */
  end: string;
  /** the link's target, the line, or the file's SHA-256 */
  text: string;
  /** the text before an upgrade, which still stands there when the upgrade was interrupted; mostly empty */
  was: string;
  /** null: there was no such file or link; an empty sum: there was one, but it is not known which */
  before: Before | null;
  /** the line end that had to be put in front of our line, because the file ended without one */
  joint: string;
}

export type Found =
  | { state: 'absent' }
  | { state: 'present' }
  /** a text of ours, but not today's */
  | { state: 'outdated' }
  /** somebody else's: what it is, and what to do by hand */
  | { state: 'foreign'; what: string; hint: string };
