import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { spectrum } from '#cli/air/spectrum.ts';
import { parseArguments } from '#cli/arguments.ts';
import type { Command } from '#cli/command.ts';
import { encodePng } from '#cli/picture/png.ts';
import { readSweeps } from '#edge/capture/tlv.ts';
import { Emission } from '#protocols/air.ts';
import { InputError } from '#protocols/errors.ts';

test('tells how much of the time an oven is there, and writes what was heard', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'airguard-spectrum-'));
  try {
    const file = join(folder, 'oven.tlv');
    const plot = join(folder, 'oven.svg');
    const wish = ['--emitter', 'microwave@2437,zigbee@2430'];
    const { emitters, bytes } = await documentOf(...wish, '--out', file, '--plot', plot);
    assert.deepEqual(
      emitters.map(({ id }: { id: string }) => id),
      ['microwave@2437', 'zigbee@2430'],
    );
    assert(Math.abs(emitters[0].seen.duty - 0.45) < 0.03);
    assert(emitters[1].seen.occupiedMhz < 4);
    const written = readFileSync(file);
    assert.equal(written.length, bytes);
    assert(readSweeps(written).sweeps.length > 500);
    const svg = readFileSync(plot, 'utf8');
    assert.match(svg, /^<svg [^>]*>/);
    const [, base64] = /base64,([^"]+)"/.exec(svg) ?? [];
    assert.deepEqual(sizeOf(Buffer.from(base64 ?? '', 'base64')), [128, 512]);
    const png = join(folder, 'oven.png');
    await documentOf(...wish, '--plot', png);
    assert.deepEqual(sizeOf(readFileSync(png)), [512, 512 * 4]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('lists every emission with its source', async () => {
  const { emissions, radars } = await told(spectrum.subcommands![0]!, []);
  assert.deepEqual(
    emissions.map(({ name }: { name: string }) => name),
    [...Emission.values],
  );
  for (const { source, about } of emissions) assert(source.length > 20 && about.length > 20);
  assert(radars.includes('fcc-6'));
});

for (const [args, message] of [
  [['--emitter', 'toaster'], /expected wifi, microwave, .* or radar:PATTERN, came 'toaster'/],
  [['--emitter', 'wifi:wide'], /'wifi:wide': expected MHz up to 10000, came 'wide'/],
  [['--emitter', 'wifi,wifi'], /expected each once, came 'wifi' twice/],
  [['--emitter', 'radar:fcc-9'], /expected a radar of fcc-0, .*, came 'fcc-9'/],
  [['--channel', '7', '--width', '80'], /--channel: expected a channel .* 80 MHz wide, came 7/],
  [['--bins', '100'], /--bins: expected 64, 128, 256, 512, came '100'/],
  [['--sweeps', '0'], /--sweeps: expected a number from 1 to 4096, came 0/],
  [['--level', 'loud'], /--level: expected dBm from -120 to 0, came 'loud'/],
  [['--plot', 'oven.gif'], /--plot: expected a file that ends in .svg or .png, came 'oven.gif'/],
  [['--out', '/nowhere/at/all.tlv'], /--out: expected a file that can be written/],
] as const) {
  test(`says in one line what is wrong with ${args.join(' ')}`, async () => {
    await assert.rejects(documentOf(...args), (error) => {
      assert(error instanceof InputError);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    });
  });
}

test('a picture holds its pixels', () => {
  const png = encodePng(2, 1, new Uint8Array([1, 2, 3, 4, 5, 6]));
  const at = png.indexOf('IDAT') + 4;
  const length = png.readUInt32BE(at - 8);
  assert.deepEqual([...inflateSync(png.subarray(at, at + length))], [0, 1, 2, 3, 4, 5, 6]);
});

const documentOf = (...args: readonly string[]) => told(spectrum, args);

/** The document that the command would print. */
// biome-ignore lint/suspicious/noExplicitAny: it is read as JSON is.
async function told(command: Command, args: readonly string[]): Promise<any> {
  let document: unknown;
  const output = {
    json: true,
    live: false,
    line: () => assert.fail('with --json only the document is printed'),
    document: (value: unknown) => {
      document = JSON.parse(JSON.stringify(value));
    },
    progress: () => {},
    note: () => {},
  };
  const { signal } = new AbortController();
  await command.run!(parseArguments(command, ['air', command.name], args), output, signal);
  return document;
}

function sizeOf(png: Buffer): [number, number] {
  assert.equal(png.subarray(1, 4).toString(), 'PNG');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}
