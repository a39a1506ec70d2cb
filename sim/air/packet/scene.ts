/** What a packet simulation is given: who stands where, who sends to whom, and by which rules. */

import type { Channel } from '#protocols/channels.ts';
import type { Capture } from './capture.ts';
import type { FormatWidth } from './formats.ts';
import type { LossOf, Space } from './propagation.ts';
import type { Traffic } from './traffic.ts';

/** A radio of the scene. It reads the frames of radios with its own primary channel. */
export interface PacketNode {
  /** What its shadowing is known by; its place in the list when left out. */
  readonly id?: string;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly txDbm: number;
  readonly channel: Channel;
  /** How it shares the medium; as the scene says when left out. */
  readonly rules?: Rules;
  /** It sends no frames, and nobody reads it: energy alone. */
  readonly isEmitter?: boolean;
  /** BSS colour, 1 to 63; none when left out. */
  readonly colour?: number;
  /** Below it, frames of other colours are dropped; without it, none are. */
  readonly obssPdDbm?: number;
}

/** Who sends what to whom. Flows of one sender have a queue each, and take turns. */
export interface Flow {
  readonly from: number;
  readonly to: number;
  /** Saturated when left out. */
  readonly traffic?: Traffic;
  /** How its frames look; that of its sender's rules when left out. */
  readonly format?: Format;
}

export interface PacketScene {
  readonly nodes: readonly PacketNode[];
  readonly flows: readonly Flow[];
  readonly rules: Rules;
  readonly space: Space;
  /** When radios go over to a stronger frame: never, when left out. */
  readonly capture?: Capture;
  /** Where losses are known, in place of what follows from the space. */
  readonly lossDb?: LossOf;
}

/** What is sent. Data is answered by `ack`, `rts` by `cts`, and `bar` asks for a lost `ack` again. */
export const frameKinds = ['data', 'ack', 'rts', 'cts', 'bar'] as const;
export type FrameName = (typeof frameKinds)[number];

/** How a frame looks on the air. */
export interface Frame {
  readonly durationNs: number;
  /** Until what it carries begins. */
  readonly headerNs: number;
  /** When the part of the header that has to be read, L-SIG or SIGNAL, ends, and how long it is. */
  readonly signalEndNs: number;
  readonly signalNs: number;
  /** Bits a second of what it carries. */
  readonly rate: number;
  readonly mcs: number;
}

/** How the frames of an exchange look, data and what belongs to it. */
export interface Format {
  readonly frames: Readonly<Record<FrameName, Frame>>;
  /** MPDUs that a data frame can hold; more than one are an A-MPDU, and a lost answer is asked for again. */
  readonly mpdus: number;
  /** How long a data frame of so many lasts; at `mpdus` it is that of `frames.data`. */
  readonly dataNs: readonly number[];
  /** Attempts until a frame is dropped; infinity never drops. */
  readonly attempts: number;
  /** Bits of payload in an MPDU. */
  readonly payloadBits: number;
  readonly widthMhz: FormatWidth;
  /** In that width. */
  readonly noiseDbm: number;
  /** The place of its standard in time: who is of an older one cannot read its data. */
  readonly generation: number;
  /** Its data frames tell the sender's colour. */
  readonly hasColour: boolean;
}

/** How a radio shares the medium, and the format of what it sends. Times in ns. */
export interface Rules extends Format {
  readonly slotNs: number;
  readonly sifsNs: number;
  /** Slots between SIFS and the first of back-off: 2 makes a DIFS. */
  readonly aifsn: number;
  /** Back-off steps once more for each time the medium was busy: EDCA does, and Bianchi's model. */
  readonly countsBusySlot: boolean;
  /** Who waits in vain for an answer counts on from the end of its frame, as all others do. */
  readonly resumesAtEnd: boolean;
  readonly cwMin: number;
  readonly cwMax: number;
  /** From the end of a frame until its answer must have begun. */
  readonly answerTimeoutNs: number;
  /** Added to a DIFS after a frame that could not be read. */
  readonly eifsExtraNs: number;
  /** Every data frame is announced. */
  readonly usesRts: boolean;
  readonly radio: RadioRules;
}

export interface RadioRules {
  /** Preambles weaker than this are not decoded, and all energy above it holds the medium once one was heard. */
  readonly preambleDbm: number;
  readonly preambleSinrDb: number;
  /** Energy above this holds the medium whatever it is. */
  readonly energyDbm: number;
  /** Frames this strong in a 20 MHz channel beside the primary keep a radio from sending there. */
  readonly secondaryDbm: number;
  /** What arrives weaker than this is not there. */
  readonly sensitivityDbm: number;
}
