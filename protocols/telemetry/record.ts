/**
 * A record: one thing a node tells, kept until it has arrived. Who tells it is read from its
 * subject, which the broker guards; `boot` and `seq` name it for good.
 */
import * as z from 'zod';
import type { Kind } from '../subjects.ts';
import { Us } from '../units.ts';
import { Calibration } from './calibration.ts';
import { NodeEvent } from './events.ts';
import { at, Count } from './fields.ts';
import { CoordinationMatrix } from './matrix.ts';
import { Metrics } from './metrics.ts';
import { VectorBatch } from './vectors.ts';

/** A reader refuses a version it does not know; a member more is a new version. */
const RECORD_VERSION = 1;

/** The most bytes that one record may have on its way. */
export const RECORD_BYTES_MAX = 384 * 1024;

/** WGS 84 (EPSG 4979). */
export const Position = z.strictObject({
  latitudeDeg: at(1, z.number().min(-90).max(90)),
  longitudeDeg: at(2, z.number().min(-180).max(180)),
  /** Above the ellipsoid. */
  altitudeM: at(3, z.number().min(-1_000).max(50_000).optional()),
  /** Radius around the position that holds it with 68 %. */
  accuracyM: at(4, z.number().min(0).optional()),
});
export type Position = z.infer<typeof Position>;

const axes = z.tuple([z.number(), z.number(), z.number()]);

/** In the axes of the node's case: x to the right, y ahead, z up. */
export const Motion = z.strictObject({
  /** m/s², gravity included. */
  acceleration: at(1, axes),
  /** rad/s, right-handed. */
  rotation: at(2, axes.optional()),
});
export type Motion = z.infer<typeof Motion>;

/**
 * Counts the starts of one queue and tells queues apart: `000012-9f3c01ab`. Among records of one
 * queue the order of (boot, seq) is that in which they were made, whatever its clock did.
 */
export const Boot = z.string().regex(/^\d{6}-[0-9a-f]{8}$/, 'a boot such as `000012-9f3c01ab`');

function recordOf<Type extends string, Body extends z.ZodType>(type: Type, body: Body) {
  return z.strictObject({
    version: at(0, z.literal(RECORD_VERSION)),
    type: at(1, z.literal(type)),
    boot: at(2, Boot),
    seq: at(3, Count.min(1)),
    /** The wall clock, which may jump. */
    wallUs: at(4, Us),
    /** Since the process began; never goes back. */
    monotonicUs: at(5, Us),
    position: at(6, Position.optional()),
    motion: at(7, Motion.optional()),
    body: at(8, body),
  });
}

/** Where a record's check sum stands in CBOR, after all members; in JSON it is `sum`. */
export const SUM_KEY = 9;

/** Which go first, and last when there is no room: the earlier of the list. */
export const ranks = ['alert', 'event', 'calibration', 'metrics', 'vectors'] as const;
export type Rank = (typeof ranks)[number];

export interface RecordType {
  readonly schema: z.ZodType;
  readonly form: 'cbor' | 'json';
  /** What its subject says it is, and so the stream that stores it. */
  readonly kind: Extract<Kind, 'record' | 'vector'>;
  readonly rank: Rank;
}

export const recordTypes = {
  metrics: { schema: recordOf('metrics', Metrics), form: 'cbor', kind: 'record', rank: 'metrics' },
  matrix: {
    schema: recordOf('matrix', CoordinationMatrix),
    form: 'cbor',
    kind: 'record',
    rank: 'metrics',
  },
  event: { schema: recordOf('event', NodeEvent), form: 'json', kind: 'record', rank: 'event' },
  calibration: {
    schema: recordOf('calibration', Calibration),
    form: 'cbor',
    kind: 'record',
    rank: 'calibration',
  },
  vectors: {
    schema: recordOf('vectors', VectorBatch),
    form: 'cbor',
    kind: 'vector',
    rank: 'vectors',
  },
} as const satisfies Record<string, RecordType>;
export type RecordTypeName = keyof typeof recordTypes;

/** One record, as its type has it. */
export type TelemetryRecord = {
  [Type in RecordTypeName]: z.infer<(typeof recordTypes)[Type]['schema']>;
}[RecordTypeName];

/** What an author of records says; the rest is added where it is queued. */
export type Draft = TelemetryRecord extends infer One
  ? One extends { readonly type: infer Type; readonly body: infer Body }
    ? { readonly type: Type; readonly body: Body }
    : never
  : never;

export function rankOf(draft: Draft): Rank {
  if (draft.type === 'event' && draft.body.severity === 'alert') return 'alert';
  return recordTypes[draft.type].rank;
}
