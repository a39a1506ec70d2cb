import assert from 'node:assert/strict';
import { test } from 'node:test';
import { document, lines } from '#cli/telemetry/shown.ts';
import type { Arrival } from '#cloud/telemetry/receiver.ts';
import { Matrix } from '#protocols/telemetry/fields.ts';
import type { Draft } from '#protocols/telemetry/record.ts';

function arrived(draft: Draft): Arrival {
  const head = { version: 1, boot: '000001-00000000', seq: 1, wallUs: 1e15, monotonicUs: 1 };
  // Type and body of one draft go together, which a spread does not show.
  const record = { ...head, ...draft } as Arrival['record'];
  return { site: 'hq', node: 'ap1', actor: 'node', record };
}

const matrix = arrived({
  type: 'matrix',
  body: {
    kind: 'intermodulation',
    windowMs: 600_000,
    rows: ['radio-0', 'radio-1'],
    columns: ['radio-0', 'radio-1'],
    cells: new Matrix(2, 2, Float32Array.of(Number.NaN, -70.25, Number.NEGATIVE_INFINITY, -3)),
  },
});

test('a matrix is a table with its names, its unit, and what is not known told apart from none', () => {
  assert.deepEqual(
    [...lines(matrix)],
    [
      '2001-09-09T01:46:40.000Z ap1/node intermodulation, dBm, over 600 s',
      '           radio-0  radio-1',
      '  radio-0  ·        -70.3',
      '  radio-1  none     -3',
    ],
  );
});

test('for a program all of it is plain JSON', () => {
  const { body } = document(matrix) as { body: { cells: unknown } };
  assert.deepEqual(body.cells, [
    [null, -70.25],
    [null, -3],
  ]);
  const calibration = arrived({
    type: 'calibration',
    body: { centerMhz: 5_180, widthMhz: 20, method: 'neighbour', rxDeltasDb: Float32Array.of(1.5) },
  });
  assert.match([...lines(calibration)][0]!, /ap1\/node calibration \{.*"rxDeltasDb":\[1\.5\]\}$/);
});
