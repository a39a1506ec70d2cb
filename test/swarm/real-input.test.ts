import assert from 'node:assert/strict';
import { test } from 'node:test';
import { populate } from '#cli/fleet/in-world.ts';
import type { Channel } from '#protocols/channels.ts';
import { LedgerEntry } from '#protocols/ledger.ts';
import { parseSubject } from '#protocols/subjects.ts';
import type { Checker } from '#sim/checkers/checker.ts';
import { limitsOf } from '#sim/checkers/legal-limits.ts';
import type { Scenario } from '#sim/scenario.ts';
import { loadScenario } from '#sim/scenario-files.ts';
import { runWorld } from '#sim/world.ts';

const office = loadScenario('office');
const camera = office.nodes[0]!.radios[0]!.driver!;
const hearing = 'hq/ap1/radio-0';

test('the recorded camera is heard, left, and named in the ledger', async () => {
  const { moves, interferers, decisions } = await first20Minutes(office);

  assert.deepEqual(
    moves.map(({ address, to }) => [address, to.primaryMhz]),
    [[hearing, 2437]],
  );
  assert.match(moves[0]!.reason, /analogue video fills 240[2-4](\.\d)? to 2422 MHz/);
  assert.match(heardBy(hearing, interferers)[0]!, /analogue video/);
  assert(
    decisions.some((reason) => /analogue video fills 240[2-4](\.\d)? to 2422 MHz/.test(reason)),
  );
});

test('without the file nothing moves', async () => {
  const { moves, interferers } = await first20Minutes(hears(undefined));

  assert.deepEqual([moves, interferers], [[], []]);
});

test('without the file a camera on the air is painted, heard and named all the same', async () => {
  const emitters = office.emitters.map((emitter) => ({ ...emitter, recordedBy: undefined }));
  const { moves, interferers, decisions } = await first20Minutes({
    ...hears(undefined),
    emitters,
  });

  assert.match(heardBy(hearing, interferers)[0]!, /analogue video/);
  const [move] = moves.filter(({ address }) => address === hearing);
  assert.match(move!.reason, /analogue video fills 240\d/);
  assert(decisions.some((reason) => /analogue video fills 240\d/.test(reason)));
  // Before it began there was nothing but frames.
  assert(moves.every(({ tUs }) => tUs > 10 * 60e6));
});

test('25 MHz further up another channel is vacated', async () => {
  const home: Channel = { ...office.nodes[0]!.radios[0]!.channel };
  home.primaryMhz += 25;
  home.centerMhz += 25;

  const { moves, decisions } = await first20Minutes(hears(`${camera}&shift=25`, home));

  const [move] = moves.filter(({ address }) => address === hearing);
  assert.equal(move?.from?.primaryMhz, 2437);
  assert.notEqual(move.to.primaryMhz, 2437);
  assert.match(move.reason, /analogue video fills 242[7-9](\.\d)? to 2447 MHz/);
  assert(
    decisions.some((reason) => /analogue video fills 242[7-9](\.\d)? to 2447 MHz/.test(reason)),
  );
});

test('25 MHz further up a radio on channel 1 hears nothing, and stays', async () => {
  const { moves, interferers } = await first20Minutes(hears(`${camera}&shift=25`));

  assert.deepEqual(heardBy(hearing, interferers), []);
  assert(moves.every(({ address }) => address !== hearing));
});

/** What a radio said of interferers; others may hear the camera too, further away. */
function heardBy(address: string, interferers: readonly string[]): string[] {
  return interferers.filter((event) => event.includes(`"source":"${address}"`));
}

/** The office, where the radio that hears the recording has another driver or channel. */
function hears(driver: string | undefined, home?: Channel): Scenario {
  const nodes = office.nodes.map((node) => ({
    ...node,
    radios: node.radios.map((radio) =>
      radio.driver === undefined ? radio : { ...radio, driver, channel: home ?? radio.channel },
    ),
  }));
  return { ...office, nodes };
}

/** What was moved on purpose, what was heard, and the decisions that stand in the ledger. */
async function first20Minutes(scenario: Scenario) {
  const interferers: string[] = [];
  const decisions: string[] = [];
  const ears: Checker = {
    name: 'ears',
    text: 'Listens.',
    start: () => ({
      onBus: {
        appended(_client, subject, _id, data) {
          const text = Buffer.from(data).toString();
          if (subject.endsWith('.interferer.detected')) interferers.push(text);
          if (parseSubject(subject)?.kind !== 'ledger') return;
          const { kind, reason } = LedgerEntry.parse(JSON.parse(text));
          if (kind === 'decision') decisions.push(reason);
        },
      },
      finish: () => ({ checked: 0, broken: [] }),
    }),
  };
  const { changes } = await runWorld({
    scenario,
    seed: 1,
    durationUs: 20 * 60e6,
    ...populate({ seed: 1, passivateAfterMs: null, strategy: scenario.strategy }),
    limits: limitsOf(scenario.country),
    checkers: [ears],
  });
  return { moves: changes.filter(({ cause }) => cause === 'call'), interferers, decisions };
}
