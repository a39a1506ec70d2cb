/** What the medium has happen, and whom it tells. */

/** In place of a radio: none. */
export const NONE = -1;

/** Events of the medium; a frame is known by its sender, who sends one at a time. */
export const END = 0;
export const DETECT = 1;
export const HEADER = 2;
/** The colour of its network has been sent. */
export const COLOUR = 8;

/** Who hears what becomes of it. */
export interface MediumListener {
  /** A radio that contends has begun to read a frame, whose header and whole end then. */
  begun(node: number, headerEnd: number, end: number): void;
  /** It has given it up. */
  gaveUp(node: number): void;
  /** A frame has been read to its end, without a bit lost or not. */
  received(node: number, from: number, isRead: boolean, end: number): void;
  /** Nothing holds a radio's medium any more. */
  idle(node: number, now: number): void;
}
