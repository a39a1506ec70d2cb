/** Records as a node would tell them, made up: what they say was never measured. */
import { packVectors } from '#agents/telemetry/vector-codec.ts';
import type { Random } from '#protocols/random.ts';
import { Matrix } from '#protocols/telemetry/fields.ts';
import type { Draft } from '#protocols/telemetry/record.ts';
import { VECTOR_BYTES } from '#protocols/telemetry/vectors.ts';

/** What a share of a hundred records is: mostly metrics, an alert now and then. */
const shares: readonly { readonly below: number; readonly make: (random: Random) => Draft }[] = [
  { below: 1, make: alert },
  { below: 10, make: notice },
  { below: 15, make: calibration },
  { below: 18, make: matrix },
  { below: 20, make: vectors },
  { below: 100, make: metrics },
];

/** The draft of a number: the same one each time. */
export function draftOf(number: number, random: Random): Draft {
  const own = random.fork(`draft/${number}`);
  const drawn = own.below(100);
  return shares.find(({ below }) => drawn < below)!.make(own);
}

function metrics(random: Random): Draft {
  const floats = (count: number, from: number, spread: number) =>
    Float32Array.from({ length: count }, () => from + spread * random.uniform());
  return {
    type: 'metrics',
    body: {
      windowMs: 1_000,
      framesPerSecond: random.below(5_000),
      monitor: 'on',
      monitorStatistics: { sweeps: random.below(1e9), lostSweeps: random.below(1_000) },
      dwells: [{ centerMhz: 5_500, widthMhz: 80, dwellMs: 1_000, visits: 1 }],
      canInject: true,
      fftPeriod: 1,
      scanPriority: 1,
      shortReport: false,
      dfsFalseAlarmsPerDay: random.uniform(),
      thermal: new Matrix(2, 4, floats(8, 40, 30)),
      zones: ['cpu', 'wifi'],
      power: floats(3, 1, 10),
      rails: ['vdd-cpu', 'vdd-soc', 'vdd-in'],
    },
  };
}

function alert(random: Random): Draft {
  return {
    type: 'event',
    body: {
      kind: 'dfs.recorded',
      severity: 'alert',
      what: 'radar',
      centerMhz: 5_500 + random.below(10) * 20,
      widthMhz: 20,
      pulses: 18,
    },
  };
}

function notice(random: Random): Draft {
  const lowMhz = 2_402 + random.below(70);
  return {
    type: 'event',
    body: {
      kind: 'interference.classified',
      severity: 'notice',
      lowMhz,
      highMhz: lowMhz + 1,
      class: 'bluetooth',
      confidence: random.uniform(),
      peakDbm: -90 + random.below(50),
    },
  };
}

function calibration(random: Random): Draft {
  return {
    type: 'calibration',
    body: {
      centerMhz: 5_180,
      widthMhz: 20,
      method: 'self',
      noiseFloorDbm: -100 + random.below(10),
      rxDeltasDb: Float32Array.from({ length: 4 }, () => random.normal()),
      frequencyOffsetPpm: random.normal(),
      environment: { temperatureC: 20 + random.below(20) },
    },
  };
}

function matrix(random: Random): Draft {
  const radios = ['radio-0', 'radio-1', 'radio-2'];
  const cells = Float32Array.from({ length: 9 }, () => -30 - 60 * random.uniform());
  return {
    type: 'matrix',
    body: {
      kind: 'interference',
      windowMs: 60_000,
      rows: radios,
      columns: radios,
      cells: new Matrix(3, 3, cells),
    },
  };
}

const BATCH = 64;

function vectors(random: Random): Draft {
  return {
    type: 'vectors',
    body: {
      model: '0123456789abcdef',
      count: BATCH,
      ...packVectors(sparseVectors(BATCH, random), 'lz4'),
      agesUs: Uint32Array.from({ length: BATCH }, (_, index) => (BATCH - index) * 3_717),
      centersMhz: new Float32Array(BATCH).fill(5_500),
      scores: Float32Array.from({ length: BATCH }, () => random.uniform()),
    },
  };
}

/** Three bytes of four are 0, and which are not changes little from vector to vector. */
export function sparseVectors(count: number, random: Random): Uint8Array {
  const all = new Uint8Array(count * VECTOR_BYTES);
  const base = Uint8Array.from({ length: VECTOR_BYTES }, () =>
    random.below(4) === 0 ? 1 + random.below(255) : 0,
  );
  for (let index = 0; index < all.length; index += 1) {
    const usual = base[index % VECTOR_BYTES]!;
    if (usual > 0) all[index] = Math.max(0, Math.min(255, usual + random.below(17) - 8));
  }
  return all;
}
