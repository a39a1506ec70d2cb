import * as fs from 'node:fs';
import * as yaml from 'yaml';
import { createRandom } from '#agents/random/philox.ts';
import { InputError } from '#protocols/errors.ts';
import { type GeneratedSite, generateSite } from '#sim/sites/generate.ts';
import { siteKinds } from '#sim/sites/index.ts';
import { fullestLoads, scenarioOf } from '#sim/sites/scenario-of.ts';
import type { Command } from '../command.ts';
import { textTable } from '../table.ts';
import { within } from './options.ts';

const APS_MAX = 200;
const forms: Readonly<Record<string, (site: GeneratedSite) => unknown>> = {
  scenario: scenarioOf,
  scene: sceneOf,
};

const list: Command = {
  name: 'list',
  summary: 'Lists the kinds of sites.',
  usage: '',
  examples: ['airguard air generate list'],
  options: {},
  async run(_, output) {
    const kinds = siteKinds.map(({ name, about }) => ({ name, about }));
    if (output.json) output.document({ kinds });
    else for (const text of textTable(kinds.map((one) => [one.name, one.about]))) output.line(text);
    return 'held';
  },
};

export const generate: Command = {
  name: 'generate',
  summary:
    'Writes a site by chance, of a kind: as a scenario for `sim`, or as a scene for `assign`.',
  usage: 'KIND [--aps N] [--as scenario|scene] [--out FILE] [options]',
  examples: [
    'airguard air generate office --aps 10 --seed 3 --out office-10.yaml',
    'airguard air generate stadium --as scene --out stadium.yaml',
    'airguard air generate list',
  ],
  options: {
    aps: { about: `Access points, 1 to ${APS_MAX}`, value: 'N', default: '10' },
    as: { about: 'What to write', value: Object.keys(forms).join('|'), default: 'scenario' },
    hours: { about: 'How long things happen there, 4 to 48', value: 'N', default: '24' },
    country: { about: 'Drawn when left out', value: 'CC' },
    out: { about: 'Where to; the terminal when left out', value: 'FILE.yaml' },
    seed: { about: 'Decides the site', value: 'N', default: '1' },
  },
  positionals: { min: 1, max: 1 },
  subcommands: [list],
  async run(args, output) {
    const kind = args.positionals[0] ?? '';
    const aps = within(args, 'aps', 1, APS_MAX);
    const hours = within(args, 'hours', 4, 48);
    const country = args.text('country');
    const as = args.text('as') ?? '';
    const form = forms[as];
    if (form === undefined) {
      throw new InputError(`--as: expected ${Object.keys(forms).join(' or ')}, came '${as}'`);
    }
    const random = createRandom(args.integer('seed') ?? 1);
    const wish = { kind, aps, random, hours, ...(country === undefined ? {} : { country }) };
    const data = form(generateSite(wish));
    const file = args.text('out');
    if (file !== undefined) {
      write(file, yaml.stringify(data));
      output.note(`${file}: a ${as} of the kind ${kind} with ${aps} access points`);
    }
    if (output.json) output.document(data);
    else if (file === undefined) output.line(yaml.stringify(data).trimEnd());
    return 'held';
  },
};

function sceneOf(site: GeneratedSite): unknown {
  const loads = fullestLoads(site);
  const clients = site.scene.clients.map((client) => ({
    ...client,
    offeredMbps: loads.get(client.id) ?? client.offeredMbps,
  }));
  return { ...site.scene, clients };
}

function write(file: string, text: string): void {
  try {
    fs.writeFileSync(file, text);
  } catch (cause) {
    const { message } = cause as Error;
    throw new InputError(`--out: expected a file that can be written: ${message}`);
  }
}
