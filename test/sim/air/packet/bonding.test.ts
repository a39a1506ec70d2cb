import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '#agents/random/philox.ts';
import { channelFromNumber } from '#protocols/channels.ts';
import type { FormatWidth, Standard } from '#sim/air/packet/formats.ts';
import { formatOf } from '#sim/air/packet/formats.ts';
import { type Measured, Measurement } from '#sim/air/packet/measure.ts';
import { openSpace } from '#sim/air/packet/propagation.ts';
import { rulesOf } from '#sim/air/packet/rules.ts';
import type { PacketNode, PacketScene } from '#sim/air/packet/scene.ts';

const common = { mcs: 4, band: '5', controlMbps: 6 } as const;

interface Spot {
  readonly x: number;
  readonly y?: number;
  readonly channel: number;
  readonly widthMhz: FormatWidth;
  readonly standard?: Standard;
}

function radio({ x, y = 0, channel, widthMhz, standard = '11ac' }: Spot): PacketNode {
  return {
    x,
    y,
    z: 0,
    txDbm: 20,
    channel: channelFromNumber({ band: '5', number: channel, widthMhz })!,
    rules: rulesOf({ ...common, standard, widthMhz, usesRts: false }),
  };
}

/** A wide network, its client 3 m to the west, and a narrow one to the east on another primary channel. */
function beside({
  apartM = 12,
  widthMhz = 80,
  standard = '11ac',
  narrow = 44,
}: {
  apartM?: number;
  widthMhz?: FormatWidth;
  standard?: Standard;
  narrow?: number;
}): PacketScene {
  const wide = { channel: 36, widthMhz, standard };
  const other = { channel: narrow, widthMhz: 20, standard } as const;
  return sceneOf([
    radio({ x: 0, ...wide }),
    radio({ x: -3, ...wide }),
    radio({ x: apartM, ...other }),
    radio({ x: apartM + 3, ...other }),
  ]);
}

function sceneOf(nodes: readonly PacketNode[]): PacketScene {
  const flows = [
    { from: 0, to: 1 },
    { from: 2, to: 3 },
  ];
  return { nodes, flows, rules: nodes[0]!.rules!, space: { ...openSpace('5'), leaks: true } };
}

function measured(scene: PacketScene): Measured {
  const random = createRandom('bonding');
  const measurement = new Measurement({ scene, random, warmupS: 1, durationS: 4 });
  while (!measurement.isDone) measurement.advance(100);
  return measurement.result;
}

const alone = (widthMhz: FormatWidth, standard: Standard = '11ac') =>
  measured(beside({ apartM: 400, widthMhz, standard })).mbps[0]!;

test('a wide radio does not send while a narrow one does in a secondary channel of any width', () => {
  for (const [widthMhz, narrow] of [
    [40, 40],
    [80, 48],
    [160, 64],
  ] as const) {
    const { mbps, collisionProbability } = measured(beside({ widthMhz, narrow }));
    assert.ok(mbps[0]! < 0.7 * alone(widthMhz), `${widthMhz} MHz: ${mbps.join(' ')}`);
    assert.ok(collisionProbability < 0.15, String(collisionProbability));
    assert.ok(mbps[1]! > 10, mbps.join(' '));
  }
});

test('from −72 dBm on 802.11ac waits for frames in its secondary channel, 802.11n for −62 dBm alone', () => {
  // 12 m: −64.4 dBm; 22 m: −73.7 dBm, of which a wide sender’s own share in the narrow channel is less.
  const share = (standard: Standard, apartM: number) =>
    measured(beside({ standard, apartM, widthMhz: 40, narrow: 40 })).mbps[0]! / alone(40, standard);
  assert.ok(share('11ac', 12) < 0.7, String(share('11ac', 12)));
  assert.ok(share('11n', 12) > 0.8, String(share('11n', 12)));
  assert.ok(share('11ac', 22) > 0.8, String(share('11ac', 22)));
});

test('a radio of 80 MHz that sends in 20 MHz does not wait for its secondary channels', () => {
  const scene = beside({});
  const format = formatOf({ ...common, standard: '11ac', widthMhz: 20 });
  const flows = scene.flows.map((flow) => (flow.from === 0 ? { ...flow, format } : flow));
  const { mbps } = measured({ ...scene, flows });
  const free = measured(beside({ apartM: 400, widthMhz: 20 })).mbps[0]!;
  assert.ok(mbps[0]! > 0.95 * free, `${mbps[0]}, ${free}`);
});

test('a narrow radio hears wide frames in its channel far below the energy threshold, and waits', () => {
  // 20 m: −72.2 dBm, and a quarter of it, −78.2 dBm, in the channel of the narrow one.
  const scene = beside({ apartM: 20 });
  const { mbps } = measured(scene);
  // Of the same primary channel as one that is not there, it would not hear it.
  const deaf = measured(beside({ apartM: 20, narrow: 52 }));
  assert.ok(mbps[1]! < 0.8 * deaf.mbps[1]!, `${mbps.join(' ')}, ${deaf.mbps.join(' ')}`);
});

test('energy in a secondary channel disturbs wide frames, not narrow ones', () => {
  // The client of the wide network stands 3 m from a narrow sender that its access point does not hear.
  const share = (widthMhz: FormatWidth) => {
    const wide = { channel: 36, widthMhz };
    const other = { channel: 48, widthMhz: 20 } as const;
    const places = (x: number) =>
      sceneOf([
        radio({ x: 0, ...wide }),
        radio({ x: 20, ...wide }),
        radio({ x: x + 23, y: 0, ...other }),
        radio({ x: x + 26, y: 0, ...other }),
      ]);
    return measured(places(0)).mbps[0]! / measured(places(400)).mbps[0]!;
  };
  // It loses what overlaps with the narrow one, which waits for it when it can.
  assert.ok(share(80) < 0.7, String(share(80)));
  assert.ok(share(20) > 0.9, String(share(20)));
});
