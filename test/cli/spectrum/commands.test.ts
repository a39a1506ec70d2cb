/** The commands that read, draw and watch spectra, as a person types them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { inflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { parseArguments } from '#cli/arguments.ts';
import { spectrum } from '#cli/commands/spectrum.ts';
import { Axis } from '#cli/spectrum/axis.ts';
import { Live } from '#cli/spectrum/live.ts';
import { partsOf, screenLines } from '#cli/spectrum/screen.ts';
import { InputError } from '#protocols/errors.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'airguard-spectrum-'));
after(() => rmSync(folder, { recursive: true }));
const fixture = (name: string) => join(root, 'test/fixtures/fft-eval', `${name}.dump`);

/** As an independent decoder has them: mean level, mean noise, bin powers, the chip's time. */
const expected = {
  ar9280_analog_camera_ch1: {
    sweeps: 283,
    types: { 1: 283 },
    rssi: [-17, 7, -2.477],
    noise: [-95, -86, -94.7138],
    power: [-165.682, -93.062, -117.8779],
    tsf: [8170, 20_764, 31],
    maxExp: { 0: 5, 1: 177, 2: 99, 3: 2 },
    A: '3fc7b3b5781cb273ab40924af2edc083f235d9250ccec4142c535eb3cda46d0a',
    B: '077288d02fd10755606b693a65d6acfe5009d5819835c4beaef1b26d5c37f06c',
  },
  ar9390_analog_camera_ch1: {
    sweeps: 256,
    types: { 1: 256 },
    rssi: [0, 47, 10.4883],
    noise: [-95, -86, -94.7188],
    power: [-149.479, -48.384, -105.9938],
    tsf: [8224, 2_579_934, 0],
    maxExp: { 0: 185, 1: 46, 2: 24, 3: 1 },
    A: '91a01e3d494a041a853cdda04f1e28b92ab265bae70bd489f491660b86aee8cc',
    B: '612bc2e03cf55fe0ee8f1931ccd467f66b9c9cfcb3359b0aa4b3fdf676ee0c86',
  },
  ar9550_40mhz_analog_camera_ch1: {
    sweeps: 236,
    types: { 2: 236 },
    rssi: [-27, 48, 6.1059],
    noise: [-95, -51, -81.2542],
    power: [-159.778, -23.517, -105.3191],
    tsf: [688_310, 3_862_588, 0],
    maxExp: { 0: 3, 1: 99, 2: 42, 3: 49, 4: 43 },
    A: '680d99ab068b2d7675727418895cf474b66f6f5e9602bc0b5c6a4e4df22a6a1b',
    B: '41134b47071fb409f3d1cfb4a1eaad0ed8879503268ba24d94342c57bccdea8f',
  },
  ath10k_20mhz: {
    sweeps: 128,
    types: { 3: 128 },
    rssi: [76, 78, 77.3281],
    noise: [-105, -105, -105],
    power: [-72.101, -27.007, -68.8512],
    tsf: [658_887_114, 662_780_149, 0],
    maxExp: { 1: 128 },
    A: 'c21b36b0f7c6585d5f318aaefa81a0a83b49fd3731e23ae4c29dd527e2685c69',
    B: 'dd795dd4b9c309d9df7114de95cbe25a69cc2ca2fb0db3dc5608c6fc3eaba184',
  },
  ath10k_80mhz: {
    sweeps: 16,
    types: { 3: 16 },
    rssi: [28, 31, 29.75],
    noise: [-102, -102, -102],
    power: [-117.06, -71.081, -113.0211],
    tsf: [556_336_219, 557_355_872, 0],
    maxExp: { 1: 16 },
    A: '8505ee67f629e35b77cebb06a0a3d86afd2fd8ab53ef8ad459ec6536953543eb',
    B: '445e3e91ede87336749e107f9ae25a25995eec2f5d63dbb33446cfeafa2a1eeb',
  },
} as const;

test('decode tells the figures and checksums of every recording', () => {
  const names = Object.keys(expected) as (keyof typeof expected)[];
  const { status, stdout, stderr } = airguard('decode', ...names.map(fixture), '--json');
  assert.deepEqual([status, stderr], [0, '']);
  const { files } = JSON.parse(stdout);
  names.forEach((name, index) => {
    const told = files[index];
    const { sweeps, types, rssi, noise, power, tsf, maxExp, A, B } = expected[name];
    assert.deepEqual([told.sweeps, told.skippedBytes, told.passedBytes], [sweeps, 0, 0]);
    assert.deepEqual(told.types, types);
    assert.deepEqual(told.maxExp, maxExp);
    assertRange(told.rssiDb, rssi);
    assertRange(told.noiseDbm, noise);
    assertRange(told.binPowerDbm, power);
    assert.deepEqual([told.tsfUs.min, told.tsfUs.max, told.tsfUs.stepsBack], tsf);
    assert.deepEqual(told.checksums, { A, B });
  });
  assert.equal(files[0].frequencies.length, 32);
  assert.deepEqual(
    files[2].frequencies.map(({ mhz }: { mhz: number }) => mhz),
    [2412, 2432, 2462],
  );
  assert.deepEqual(files[3].bins, [
    { bins: 64, sweeps: 64 },
    { bins: 128, sweeps: 32 },
    { bins: 256, sweeps: 32 },
  ]);
});

test('decode says in one line that a file holds no sweep, and exits with 3', () => {
  const { status, stdout } = airguard('decode', fixture('crash_1'));
  assert.equal(status, 3);
  assert.match(stdout, /crash_1\.dump: no sweep of types 1 to 4 in 4095 bytes; 4095 bytes skipped/);
  assert.equal(stdout.trim().split('\n').length, 1);
  const { files } = JSON.parse(airguard('decode', fixture('crash_1'), '--json').stdout);
  assert.deepEqual([files[0].sweeps, files[0].skippedBytes], [0, 4095]);
});

test('plot draws a picture in which the carrier stands where it was sent', () => {
  const png = join(folder, 'carrier.png');
  const { status, stderr } = airguard('plot', fixture('ath10k_20mhz'), '--png', png);
  assert.equal(status, 0, stderr);
  const { width, height, at } = pixels(readFileSync(png));
  assert(width > 1_000 && height > 600);
  // Yellow of viridis in the waterfall; 5,644.8 of 5,630 to 5,650 MHz.
  const row = Math.floor(height * 0.35);
  const bright = Array.from({ length: width - 200 }, (_, x) => x).filter(
    (x) => at(x, row)[0] > 150 && at(x, row)[1] > 200 && at(x, row)[2] < 100,
  );
  const middle = bright.reduce((sum, x) => sum + x, 0) / bright.length;
  const share = (middle - 78) / (width - 78 - 126);
  assert(Math.abs(share - 14.8 / 20) < 0.02, `${share}`);
});

test('watch tells once a second what was heard, as lines of JSON, and ends with the recording', () => {
  const file = fixture('ar9390_analog_camera_ch1');
  const { status, stdout } = airguard('watch', `capture:${file}`, '--speed', '4', '--json');
  assert.equal(status, 0);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const last = lines.at(-1);
  assert.deepEqual([last.sweeps, last.skippedBytes, last.isGenerated], [256, 0, false]);
  assert(Math.abs(last.peak.mhz - 2415) < 5, `${last.peak.mhz}`);
  assert.equal(last.tunings.length, 32);
});

test('watch says of painted spectra that they are generated, on every frame', () => {
  const { stdout } = airguard('watch', 'sim:zigbee@2430?bins=64', '--for', '1500ms');
  const frames = stdout.trim().split(/\n\n(?=zigbee)/);
  assert(frames.length >= 2);
  for (const frame of frames) assert.match(frame, /^zigbee@2430 on .*GENERATED, NOT HEARD/);
  const { stdout: json } = airguard('watch', 'sim:zigbee', '--for', '300ms', '--json');
  assert.equal(JSON.parse(json.split('\n')[0]!).isGenerated, true);
});

test('bad input gets one line', async () => {
  const empty = join(folder, 'empty.dump');
  writeFileSync(empty, Buffer.alloc(300));
  for (const [args, message] of [
    [['decode'], /expected 1 argument, came 0/],
    [['decode', 'gone.dump'], /'gone\.dump': expected a readable file; ENOENT came/],
    [['decode', folder], /expected a readable file; EISDIR came/],
    [
      ['plot', fixture('ath10k_20mhz')],
      /--png: expected a file that ends in \.png, came 'nothing'/,
    ],
    [['plot', empty, '--png', join(folder, 'x.png')], /none could be read in 300 bytes/],
    [
      ['plot', fixture('ath10k_80mhz'), '--png', '/nowhere/x.png'],
      /--png: expected a file that can/,
    ],
    [['watch', empty], /expected spectral sweeps of types 1 to 4; none could be read in 300/],
    [['watch', 'foo:bar'], /no driver for 'foo:bar'/],
    [['watch', 'sim:toaster'], /expected wifi, .* came 'toaster'/],
    [['watch', 'sim:wifi?tint=blue'], /unknown option '--tint'/],
    [
      ['watch', fixture('ath10k_20mhz'), '--speed', 'fast'],
      /--speed: expected a number up to 1000/,
    ],
    [['watch', fixture('ath10k_20mhz'), '--bins', '100'], /--bins: expected a power of two/],
  ] as const) {
    await assert.rejects(called(args), (error) => {
      assert(error instanceof InputError);
      assert.equal(error.exitCode, 'usage');
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    });
  }
});

test('an axis shows every span once, in order, true to scale', () => {
  const span = fc.record({
    low: fc.integer({ min: 2400, max: 6000 }),
    width: fc.constantFrom(20, 40, 80, 160),
  });
  fc.assert(
    fc.property(
      fc.array(span, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 60, max: 1000 }),
      (wished, columns) => {
        const spans = wished.map(({ low, width }) => ({ lowMhz: low, highMhz: low + width }));
        const axis = new Axis(spans, columns, 1);
        let before = Number.NEGATIVE_INFINITY;
        for (let column = 0; column < columns; column += 1) {
          const mhz = axis.mhzAt(column);
          if (mhz === undefined) continue;
          assert(mhz > before);
          before = mhz;
          assert.equal(axis.columnAt(mhz), column);
        }
        const shown = new Set<number>();
        spans.forEach((one, index) => {
          const { columns: at, from, to } = axis.places(index, one, 64);
          at.forEach((column, place) => {
            assert(!shown.has(column), 'one column belongs to one span');
            shown.add(column);
            assert(from[place]! >= 0 && to[place]! >= from[place]! && to[place]! < 64);
          });
        });
      },
    ),
  );
});

test('no line of the screen is wider than the terminal, nor are there more of them', () => {
  const bytes = readFileSync(fixture('ar9550_40mhz_analog_camera_ch1'));
  for (const [columns, lines] of [
    [20, 8],
    [79, 23],
    [80, 24],
    [211, 60],
  ] as const) {
    for (const depth of ['full', '256', 'none'] as const) {
      const parts = partsOf({ columns, lines });
      const live = new Live({
        columns: parts.columns,
        rows: 2 * parts.fall,
        levels: 2 * parts.histogram,
      });
      live.take(bytes);
      live.endRow(0.1);
      live.take(bytes);
      live.endRow(0.1);
      const view = {
        columns,
        lines,
        depth,
        title: 'x'.repeat(300),
        status: 's',
        keys: 'k',
        marker: undefined,
      };
      const drawn = screenLines(live, view);
      assert.equal(drawn.length, lines);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are control sequences
      const letters = drawn.map((line) => line.replace(/\u001b\[[\d;]*m/g, ''));
      for (const line of letters) assert(line.length <= columns, `${line.length} of ${columns}`);
      assert.match(letters.at(-2)!, /^peak 24\d\d\.\d/);
    }
  }
});

function assertRange(
  range: { min: number; max: number; mean: number },
  figures: readonly number[],
) {
  const digits = [3, 3, 4];
  [range.min, range.max, range.mean].forEach((value, index) => {
    assert.equal(Number(value.toFixed(digits[index])), figures[index]);
  });
}

function pixels(png: Buffer) {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const start = png.indexOf('IDAT') + 4;
  const data = inflateSync(png.subarray(start, start + png.readUInt32BE(start - 8)));
  const at = (x: number, y: number) => {
    const from = y * (width * 3 + 1) + 1 + x * 3;
    return [data[from]!, data[from + 1]!, data[from + 2]!] as const;
  };
  return { width, height, at };
}

/** The command as `main` calls it, in this process. */
async function called([name = '', ...args]: readonly string[]): Promise<unknown> {
  const command = spectrum.subcommands!.find((one) => one.name === name)!;
  const ignore = () => {};
  const output = {
    json: false,
    live: false,
    line: ignore,
    document: ignore,
    progress: ignore,
    note: ignore,
  };
  const { signal } = new AbortController();
  return command.run!(
    parseArguments(command, ['airguard', 'spectrum', name], args),
    output,
    signal,
  );
}

function airguard(...args: readonly string[]) {
  const main = join(root, 'cli', 'main.ts');
  return spawnSync(process.execPath, [main, 'spectrum', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
}
