import { join } from 'node:path';
import { US_PER_MS } from '#protocols/clock.ts';
import { type ExitCode, InputError } from '#protocols/errors.ts';
import type { Arguments, Command, Output } from '../command.ts';
import { readEdgeConfig } from '../edge/config.ts';
import { describeEdge } from '../edge/describe.ts';
import { runEdge } from '../edge/run.ts';
import { unitOf } from '../edge/unit.ts';
import { startNode } from '../fleet/node.ts';
import { brokerOf, withOwnLeaf } from '../live/own-leaf.ts';
import { meetParent } from '../live/parent.ts';
import { openProcess } from '../live/process.ts';
import { openRadios } from '../live/radios.ts';
import { beganOption, dirOption, nodeOf, siteOf, siteOptions } from '../live/site.ts';

export const edge: Command = {
  name: 'edge',
  summary: 'Runs one node: its radios and its own actor, at the broker beside it.',
  usage:
    '(--config FILE [--check | --unit] | --node NAME (--nats URL | --hub HOST:PORT)) [options]',
  examples: [
    'airguard edge --config /etc/airguard/edge.yaml',
    'airguard edge --config edge.yaml --unit > airguard-edge.service',
    'airguard edge --node ap1 --nats nats://127.0.0.1:4223',
    'airguard edge --node ap1 --hub hub.example:7422 --scenario office',
  ],
  options: {
    config: { about: 'The node as it is set up on site: radios, broker, limits', value: 'FILE' },
    check: { about: 'Reads the configuration, says what it means, and starts nothing' },
    unit: { about: 'Prints the systemd unit for it' },
    node: { about: 'Which node of the scenario', value: 'NAME' },
    nats: { about: 'The leaf broker of the node, when it runs already', value: 'URL' },
    hub: { about: 'Starts the leaf broker too, and links it to this hub', value: 'HOST:PORT' },
    port: { about: 'Where that leaf broker listens', value: 'PORT', default: '4222' },
    listen: { about: 'On which address of this machine', value: 'ADDRESS', default: '127.0.0.1' },
    dir: dirOption,
    ...siteOptions,
    began: beganOption,
  },
  async run(args, output, stop) {
    const file = args.text('config');
    if (file !== undefined) return configured(file, args, output, stop);
    const name = args.text('node');
    if (name === undefined)
      throw new InputError('edge: expected --config FILE or --node NAME, came neither');
    const site = siteOf(args);
    const node = nodeOf(site, name);
    const dir = args.text('dir') ?? '.airguard';
    const parent = meetParent(stop);
    const say = (line: string) => output.note(line);
    const plan = site.layout.site;
    await withOwnLeaf(
      brokerOf(args),
      { dir, site: plan.site, node: node.id, say },
      async (natsUrl) => {
        const live = await openProcess({
          dir,
          site: plan.site,
          name: node.id,
          domain: node.id,
          natsUrl,
          parent,
          say,
        });
        const { parts, keys } = live;
        const beganMs = args.integer('began') ?? parts.clock.now() / US_PER_MS;
        const { country, settings } = plan;
        const { radios, found, close } = openRadios(parts, {
          node,
          country,
          pace: site.pace,
          beganMs,
        });
        say(`${node.id}: ${radios.length} radios, broker ${natsUrl}`);
        const start = () =>
          startNode({
            ...parts,
            node: node.id,
            signer: keys.of(node.id).signer,
            radios,
            spectrum: {
              spectrumPeriodMs: settings.spectrum.every / US_PER_MS,
              sweeps: settings.spectrum.sweeps,
              bins: settings.spectrum.bins,
            },
            sampling: {
              surveyPeriodMs: settings.survey / US_PER_MS,
              neighbourPeriodMs: settings.neighbours / US_PER_MS,
            },
          });
        await live.run((await found(parent.stop)) ? start() : undefined);
        close();
      },
    );
    return 'held';
  },
};

async function configured(
  file: string,
  args: Arguments,
  output: Output,
  stop: AbortSignal,
): Promise<ExitCode> {
  const config = readEdgeConfig(file);
  if (args.flag('unit')) output.line(unitOf(config, file, program).trimEnd());
  else if (args.flag('check')) describeEdge(config, output);
  else await runEdge(config, (line) => output.note(line), stop);
  return 'held';
}

const program = join(import.meta.dirname, '..', '..', 'airguard');
