/**
 * Writes `results.json`: every compared scene, run by ns-3. Where it is installed:
 * `setup/node bench/ns3/store.ts`
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ns3Result, openNs3 } from './ns3.ts';
import { comparedScenes, ns3Command } from './scenes.ts';

const note = (text: string) => process.stderr.write(`${text}\n`);
const ns3 = openNs3(note);
if (ns3 === undefined) process.exit(1);
// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query fills it in
const asked = ['-W', '-f', '${Version}', 'libns3-dev'];
const version = `Debian libns3-dev ${spawnSync('dpkg-query', asked, { encoding: 'utf8' }).stdout}`;
const results: Ns3Result[] = [];
for (const scene of comparedScenes) {
  note(scene.what);
  results.push(await ns3(ns3Command(scene)));
}
const file = join(import.meta.dirname, 'results.json');
writeFileSync(file, `${JSON.stringify({ version, results }, null, 2)}\n`);
