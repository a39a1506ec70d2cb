import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { runCity, runOrders } from '#cli/sim/city.ts';
import { reportLines } from '#cli/sim/report.ts';
import { runScenario, type SimSettings } from '#cli/sim/run.ts';
import { runShard, type ShardOrder } from '#cli/sim/shard.ts';
import { runInThread } from '#cli/sim/shard-thread.ts';
import { foldResults } from '#sim/city/fold.ts';
import { neighbourhoodsOf } from '#sim/city/neighbourhoods.ts';
import { firstDifference } from '#sim/trace/trace-diff.ts';
import { readTraceFile } from '#sim/trace/trace-file.ts';
import { cityOf } from '../../sim/city/city-of.ts';

const folder = fs.mkdtempSync(path.join(tmpdir(), 'airguard-city-'));
after(() => fs.rmSync(folder, { recursive: true }));

const loaded = cityOf();

test('a city comes out the same on one thread, on two and on three, and so do its traces', async () => {
  const runs = await Promise.all(
    [1, 2, 3].map((threads) =>
      runCity({ ...settings, threads, traceFile: path.join(folder, `${threads}.trace`) }, {}),
    ),
  );

  const [one, ...others] = runs;
  assert.deepEqual(
    runs.map(({ threads }) => threads),
    [1, 2, 3],
  );
  for (const { result, neighbourhoods } of others) {
    assert.deepEqual(
      { result, neighbourhoods },
      { result: one!.result, neighbourhoods: one!.neighbourhoods },
    );
  }
  assert(one!.result.radars.length > 0 && one!.result.faults.crash! > 0);
  const [bytes, ...more] = [1, 2, 3].map((threads) =>
    fs.readFileSync(path.join(folder, `${threads}.trace`)),
  );
  for (const other of more) assert(other.equals(bytes!));
  const { header, records } = readTraceFile(path.join(folder, '1.trace'));
  assert.deepEqual(header, { format: 'airguard-trace', version: 1, scenario: 'town', seed: 3 });
  const times = [...records].map(({ tUs }) => tUs);
  assert.equal(times.length, one!.result.events);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  assert.deepEqual(fs.readdirSync(folder).sort(), ['1.trace', '2.trace', '3.trace']);
});

test('neighbourhoods come out the same in any order, and each alone as within the city', async () => {
  const order = orderOf();
  const forward = await runShard(order, {});
  const backward = await runShard(
    { ...order, neighbourhoods: order.neighbourhoods.toReversed() },
    {},
  );
  assert.deepEqual(foldResults(backward), foldResults(forward));

  const only = 'town-yards-002';
  const alone = await runCity({ ...settings, only, traceFile: path.join(folder, 'alone') }, {});

  const within = forward.find(({ site }) => site === only);
  assert.deepEqual(alone.neighbourhoods, [within]);
  assert.equal(alone.result.traceHash, within?.result.traceHash);
  const whole = path.join(folder, 'whole');
  await runCity({ ...settings, traceFile: whole }, {});
  const own = readTraceFile(whole).records;
  assert.equal(
    firstDifference(
      [...own].filter(({ address }) => address.startsWith(`${only}/`)),
      readTraceFile(path.join(folder, 'alone')).records,
    ),
    undefined,
  );
});

test('a run that is ended early has brought all neighbourhoods equally far, and says so', async () => {
  for (const threads of [1, 2]) {
    const stop = new AbortController();
    const reached: number[] = [];
    const report = await runScenario(
      { ...settings, threads },
      {
        stop: stop.signal,
        progress: ({ virtualSeconds }) => {
          reached.push(virtualSeconds);
          if (virtualSeconds >= 6) stop.abort();
        },
      },
    );

    const { document, interrupted } = report;
    assert(interrupted && document.interrupted);
    assert(document.virtualSeconds >= 6 && document.virtualSeconds < 120);
    assert.deepEqual(
      reached,
      reached.toSorted((a, b) => a - b),
    );
    const far = document.city!.neighbourhoods.map(({ virtualSeconds }) => virtualSeconds);
    assert.equal(far.length, 5);
    if (threads === 1) assert(Math.max(...far) - Math.min(...far) <= 0.6, `${far}`);
    assert.match(reportLines(report)[0]!, /ended early$/);
  }
});

test('a neighbourhood that crashes ends the run, on one thread or more, and is named', async () => {
  // A country without rules, which the schema alone does not notice.
  const [first, ...rest] = orderOf().neighbourhoods;
  const lost = { ...first!, scenario: { ...first!.scenario, country: 'XX' } };
  const broken = { ...orderOf(), neighbourhoods: [lost] };
  for (const orders of [
    [{ ...broken, neighbourhoods: [...rest, lost] }],
    [broken, { ...orderOf(), neighbourhoods: rest }],
  ]) {
    await assert.rejects(
      runOrders(orders, {}),
      /^Error: neighbourhood town-huts-001: country 'XX'/,
    );
  }
});

test('a thread that ends without a result is an error', async () => {
  const file = path.join(folder, 'ends.mjs');
  fs.writeFileSync(file, 'process.exit(7);');

  await assert.rejects(runInThread(orderOf(), {}, pathToFileURL(file)), /ended with code 7 before/);
});

const settings: SimSettings = {
  scenario: 'town',
  loaded,
  seed: 3,
  durationUs: loaded.duration,
  isOwnDuration: true,
  strategy: undefined,
  nodes: undefined,
  radios: undefined,
  threads: 1,
  passivateAfterMs: null,
  fidelity: 'fluid',
  traceFile: undefined,
};

/** The whole city as one shard. */
function orderOf(): ShardOrder {
  return {
    neighbourhoods: neighbourhoodsOf(loaded, settings.seed),
    durationUs: settings.durationUs,
    sizes: {},
    passivateAfterMs: null,
    fidelity: 'fluid',
    plant: undefined,
    tracePrefix: undefined,
  };
}
