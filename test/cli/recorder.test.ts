/** The commands as a person types them, over a recording of a real capture. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
const camera = join(
  import.meta.dirname,
  '../fixtures/fft-eval/ar9550_40mhz_analog_camera_ch1.dump',
);
const folder = mkdtempSync(join(tmpdir(), 'airguard-recorder-'));
after(() => rmSync(folder, { recursive: true }));

test('a capture is recorded, listed, and played again as it was', () => {
  const imported = airguard('import', camera, '--folder', folder, '--times', '20', '--json');
  assert.equal(imported.status, 0, imported.stderr);
  const { sweeps, recordedBytes } = JSON.parse(imported.stdout);

  const listed = airguard('list', folder, '--json');
  assert.equal(listed.status, 0, listed.stderr);
  const { holds, radios } = JSON.parse(listed.stdout);
  assert.deepEqual([holds, radios.length, radios[0].bytes], [true, 1, recordedBytes]);

  const out = join(folder, 'heard.dump');
  const played = airguard('replay', folder, '--speed', 'max', '--out', out, '--json');
  assert.equal(played.status, 0, played.stderr);
  const { looks, ...told } = JSON.parse(played.stdout);
  assert.deepEqual(told, { radio: 'radio-0', sweeps, skippedBytes: 0 });
  assert(readFileSync(camera).equals(readFileSync(out).subarray(0, recordedBytes / 20)));
  const found = looks.flatMap((look: { findings: { looksLike: string }[] }) => look.findings);
  assert(found.some(({ looksLike }: { looksLike: string }) => looksLike === 'analogue video'));
});

test('damage is found and told with exit code 3, and a wrong radio in one line', () => {
  const [name = ''] = readdirSync(folder).filter((file) => file.endsWith('.seg'));
  const bytes = readFileSync(join(folder, name));
  bytes[1_000] = (bytes[1_000] ?? 0) ^ 255;
  writeFileSync(join(folder, name), bytes);
  const listed = airguard('list', folder);
  assert.equal(listed.status, 3, listed.stderr);
  assert.match(listed.stdout, /skipped\nradio-0 .* [1-9]\d*\n$/);

  const wrong = airguard('replay', folder, '--radio', 'radio-9');
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /^airguard: .*'radio-9' came as radio, .* has radio-0\n$/);
});

function airguard(...args: string[]) {
  return spawnSync(process.execPath, [main, 'recorder', ...args], { encoding: 'utf8' });
}
