/** Somebody who watches a run from elsewhere, beside the painter or without one. */
import type { PortageSettings } from '../../../system/portage.ts';
import type { Frame, PictureInput, Size } from '../picture/model.ts';

/** Somebody who looks on from elsewhere, maybe from late on: nothing is recorded, and the picture stays at the end. */
export interface Viewer {
  /** Ids for the middle of the picture; undefined: what runs. */
  middle?(): readonly string[] | undefined;
  /** How many packages a picture of that size may hold. */
  nodes?(size: Size): number;
  /** Before the frame's lines come to the screen. */
  drawn?(input: PictureInput, frame: Frame): void;
  learned?(settings: PortageSettings): void;
}
