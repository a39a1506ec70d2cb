import assert from 'node:assert/strict';
import { test } from 'node:test';
import { channelFromNumber } from '#protocols/channels.ts';
import type { ClientFare } from '#protocols/fare.ts';
import type { Address } from '#protocols/ids.ts';
import { foldResults, type NeighbourhoodResult } from '#sim/city/fold.ts';
import { kpiOf } from '#sim/kpi.ts';
import { hashOfHeads } from '#sim/trace/trace.ts';
import type { WorldResult } from '#sim/world.ts';

test('the figures of a city are those of all its clients, not a mean of means', () => {
  const few = [10, 0.2, 3, 7.7].map(client);
  const many = Array.from({ length: 61 }, (_, index) => client(0.1 + index / 7, index));
  const all = [
    ...few.map((one) => ({ ...one, id: `a/${one.id}` })),
    ...many.map((one) => ({ ...one, id: `b/${one.id}` })),
  ];

  const { kpi } = foldResults([
    part('b', { clients: many, radios: 5 }),
    part('a', { clients: few }),
  ]);

  const union = { clients: all, foreign: [] };
  const whole = { before: union, after: union, changes: 2, radios: 6, durationUs: 60_000_000 };
  assert.deepEqual(kpi, kpiOf(whole));
  const utilities = [few, many].map(
    (clients) => kpiOf({ ...whole, after: { clients, foreign: [] } }).utilityMbpsAfter,
  );
  assert.notEqual(kpi.utilityMbpsAfter, (utilities[0]! + utilities[1]!) / 2);
});

test('what a neighbourhood counts is added, what it lists is put in order of time', () => {
  const parts = [
    part('b', { tUs: 3, checked: 4, calls: { radio: { ok: 1, refused: 2, failed: 0 } } }),
    part('a', { tUs: 5, checked: 2, calls: { radio: { ok: 3, refused: 0, failed: 1 } } }),
    part('c', { tUs: 3, checked: 0, virtualUs: 40_000_000, interrupted: true }),
  ];

  const whole = foldResults(parts);

  assert.deepEqual(whole, foldResults(parts.toReversed()));
  assert.deepEqual(
    whole.changes.map(({ tUs, address }) => [tUs, address]),
    [
      [3, 'b/n0/radio-0'],
      [3, 'c/n0/radio-0'],
      [5, 'a/n0/radio-0'],
    ],
  );
  assert.deepEqual(whole.calls, { radio: { ok: 4, refused: 2, failed: 1 } });
  assert.deepEqual(whole.faults, { cut: 3 });
  const [checker] = whole.checkers;
  assert.equal(checker?.checked, 6);
  assert.deepEqual(
    checker?.broken.map(({ address }) => address),
    ['b/n0/radio-0', 'c/n0/radio-0', 'a/n0/radio-0'],
  );
  assert.equal(whole.virtualUs, 40_000_000);
  assert(whole.interrupted);
  assert.equal(whole.traceHash, hashOfHeads(['a', 'b', 'c'].map(headOf)));
});

test('movement is added, with clients and radios named by their sites', () => {
  const roam = {
    ...({ kind: 'client.roamed', client: 'c1', from: 'n0/radio-0', to: null } as const),
    ...{ fromDbm: -75, toDbm: null, outageUs: 9 },
  };
  const moved = (tUs: number) => ({
    ...{ movingNodes: 0, movingClients: 2, scansInVain: 3, awayUs: 9 },
    roams: [{ ...roam, tUs }],
  });

  const { mobility } = foldResults([
    part('a', { mobility: moved(8) }),
    part('b', { mobility: moved(4) }),
    part('c', {}),
  ]);

  assert.deepEqual(mobility, {
    ...{ movingNodes: 0, movingClients: 4, scansInVain: 6, awayUs: 18 },
    roams: [
      { ...roam, tUs: 4, client: 'b/c1', from: 'b/n0/radio-0' },
      { ...roam, tUs: 8, client: 'a/c1', from: 'a/n0/radio-0' },
    ],
  });
  assert.equal(foldResults([part('a', {})]).mobility, undefined);
});

const channel = channelFromNumber({ band: '5', number: 36, widthMhz: 20 })!;

function client(throughputMbps: number, index: number): ClientFare {
  return { id: `c${index}`, offeredMbps: 9, throughputMbps };
}

function headOf(site: string) {
  return { address: `${site}/n0/radio-0` as Address, head: `${site}0`.repeat(32) };
}

/** A neighbourhood with one change, one fault and one breach. */
function part(
  site: string,
  given: {
    readonly clients?: readonly ClientFare[];
    readonly radios?: number;
    readonly tUs?: number;
    readonly checked?: number;
    readonly calls?: WorldResult['calls'];
    readonly virtualUs?: number;
    readonly interrupted?: boolean;
    readonly mobility?: WorldResult['mobility'];
  },
): NeighbourhoodResult {
  const { clients = [], radios = 1, tUs = 1, virtualUs = 60_000_000 } = given;
  const fares = { clients, foreign: [] };
  const address = `${site}/n0/radio-0` as Address;
  const changes = 1;
  const result: WorldResult = {
    air: { fidelity: 'fluid', version: '1', error: null },
    strategy: 'static',
    virtualUs,
    nodes: 1,
    radios,
    clients: clients.length,
    events: 7,
    calls: given.calls ?? {},
    changes: [{ tUs, address, from: null, to: channel, silentMs: 0, cause: 'call', reason: '' }],
    radars: [],
    faults: { cut: 1 },
    checkers: [
      { name: 'one', checked: given.checked ?? 1, broken: [{ tUs, address, what: 'broke' }] },
    ],
    kpi: kpiOf({ before: fares, after: fares, changes, radios, durationUs: virtualUs }),
    mobility: given.mobility,
    recording: undefined,
    fares: { before: fares, after: fares },
    traceHash: hashOfHeads([headOf(site)]),
    heads: [headOf(site)],
    interrupted: given.interrupted ?? false,
  };
  return { site, kind: 'x', result };
}
