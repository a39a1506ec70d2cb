/** The uplink: a link cut for an hour, how fast records are made and kept, and a node's own memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '#agents/random/philox.ts';
import { decodeRecord, encodeRecord } from '#agents/telemetry/record-codec.ts';
import { packVectors } from '#agents/telemetry/vector-codec.ts';
import { Queue } from '#edge/uplink/queue.ts';
import { VectorMemory } from '#edge/uplink/vector-memory.ts';
import type { TelemetryRecord } from '#protocols/telemetry/record.ts';
import { VECTOR_BYTES } from '#protocols/telemetry/vectors.ts';
import { atLeast, type BenchOptions, median, type Row, told } from '../bench.ts';
import { draftOf, sparseVectors } from './sample-drafts.ts';
import { cutForAnHour } from './uplink-cut.ts';

const RECORDS = 100_000;
const SAMPLES = 2_000;
const MEMORY = 20_000;

export async function rows({ repeats, note }: BenchOptions): Promise<Row[]> {
  return [
    ...(await cutRows(note)),
    ...codecRows(repeats),
    ...queueRows(repeats),
    ...memoryRows(repeats),
  ];
}

async function cutRows(note: (line: string) => void): Promise<Row[]> {
  const cut = await cutForAnHour({ records: RECORDS, note });
  const { lost, doubled, altered, refused, dropped } = cut;
  const hour = `${cut.cutVirtualS.toFixed(0)} s of the records' time in ${cut.cutRealS.toFixed(0)} s`;
  const during = `link cut for ${hour}, ${cut.kills.length} SIGKILLs of edge and leaf`;
  const none = (what: string, value: number): Row => ({
    what: `${during}: ${what}`,
    value,
    unit: 'records',
    reach: '= 0',
    holds: value === 0,
  });
  return [
    atLeast(`${during}: records made`, cut.records, 'records', RECORDS),
    none('lost', lost),
    none('doubled', doubled),
    none('altered, refused or dropped', altered + refused + dropped),
    told('came to the reader again, counted once', cut.duplicates, 'records'),
    told('arriving after the mending, kills included', cut.drainedPerSecond, 'records/s'),
    told('the node at most, resident', cut.nodeRssMaxBytes / 1e6, 'MB'),
  ];
}

function samples(): TelemetryRecord[] {
  const random = createRandom('uplink bench');
  return Array.from(
    { length: SAMPLES },
    (_, index) =>
      ({
        version: 1,
        boot: '000001-9f3c01ab',
        seq: index + 1,
        wallUs: 1_790_000_000_000_000 + index,
        monotonicUs: index,
        ...draftOf(index, random),
      }) as TelemetryRecord,
  );
}

function codecRows(repeats: number): Row[] {
  const records = samples();
  const encoded = records.map(encodeRecord);
  const turns = Array.from({ length: repeats }, () => ({
    encode: perSecond(SAMPLES, () => records.forEach(encodeRecord)),
    decode: perSecond(SAMPLES, () => encoded.forEach(decodeRecord)),
  }));
  const bytes = encoded
    .filter((_, index) => records[index]?.type === 'metrics')
    .map((one) => one.length);
  const random = createRandom('uplink ratio');
  const ratio = (codec: 'lz4' | 'zstd', count: number) => {
    const vectors = sparseVectors(count, random);
    return vectors.length / packVectors(vectors, codec).payload.length;
  };
  return [
    told('records encoded', median(turns.map(({ encode }) => encode)), 'records/s'),
    told('records decoded and checked', median(turns.map(({ decode }) => decode)), 'records/s'),
    told('a metrics record, made up', median(bytes), 'bytes'),
    told('64 made-up sparse vectors, LZ4', ratio('lz4', 64), '× smaller'),
    told('64 made-up sparse vectors, zstd', ratio('zstd', 64), '× smaller'),
  ];
}

function queueRows(repeats: number): Row[] {
  const folder = mkdtempSync(join(tmpdir(), 'airguard-bench-'));
  const bytes = new Uint8Array(200);
  try {
    const rates = Array.from({ length: repeats }, (_, turn) => {
      const file = join(folder, `${turn}.db`);
      const quota = { maxBytes: 1e9, maxRecords: 1e6 };
      const queue = new Queue({ file, quota, random: createRandom(turn) });
      const put = perSecond(20_000, () => {
        for (let index = 0; index < 20_000; index += 1) {
          queue.put({ actor: 'radio-0', type: 'metrics', bytes }, 'metrics');
        }
      });
      const gone = perSecond(20_000, () => {
        for (
          let next = queue.next(512, new Set());
          next.length > 0;
          next = queue.next(512, new Set())
        ) {
          queue.sent(next.map(({ place }) => place));
        }
      });
      queue.close();
      return { put, gone };
    });
    return [
      told(
        'records put, each in the file before the next',
        median(rates.map(({ put }) => put)),
        'records/s',
      ),
      told('records read and forgotten', median(rates.map(({ gone }) => gone)), 'records/s'),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function memoryRows(repeats: number): Row[] {
  const random = createRandom('uplink memory');
  const memory = new VectorMemory({
    file: ':memory:',
    model: '0123456789abcdef',
    capacity: MEMORY,
  });
  const vectors = sparseVectors(MEMORY, random);
  const vectorOf = (index: number) =>
    vectors.subarray(index * VECTOR_BYTES, (index + 1) * VECTOR_BYTES);
  for (let index = 0; index < MEMORY; index += 1) {
    memory.remember(vectorOf(index), { atUs: index, centerMhz: 5_500, label: 'unknown' });
  }
  const times = Array.from({ length: Math.max(5, repeats) }, (_, turn) => {
    return 1_000 / perSecond(1, () => memory.nearest(vectorOf(turn), 5));
  });
  memory.close();
  return [told(`nearest 5 of ${MEMORY} vectors`, median(times), 'ms')];
}

function perSecond(count: number, act: () => void): number {
  const began = performance.now();
  act();
  return (count * 1_000) / (performance.now() - began);
}
