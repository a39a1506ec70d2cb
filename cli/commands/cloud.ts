import { readPolicyFile } from '#agents/regulation/policy-file.ts';
import { Sweeper } from '#cloud/stores/sweeper.ts';
import { US_PER_MS } from '#protocols/clock.ts';
import { InputError } from '#protocols/errors.ts';
import { CLOUD } from '#protocols/ids.ts';
import type { Command } from '../command.ts';
import { startCloud } from '../fleet/cloud.ts';
import { learnerOf } from '../learn/learner.ts';
import { pacedMs } from '../live/pace.ts';
import { meetParent } from '../live/parent.ts';
import { openProcess } from '../live/process.ts';
import { dirOption, siteOf, siteOptions } from '../live/site.ts';
import { openTwinThread } from '../live/twin-thread.ts';
import { sitePolicyOf, sitePolicyOption } from '../site-policy.ts';

/** As in the simulator: from a report to the plan that answers it, and until a change is judged. */
const reactMs = 5_000;
const settleMs = 60_000;

export const cloud: Command = {
  name: 'cloud',
  summary: 'Runs the cloud of a site: the coordinator, the auditor and the twin, at the hub.',
  usage: '--nats URL [options]',
  examples: [
    'airguard cloud --nats nats://127.0.0.1:4222 --scenario office',
    'airguard cloud --nats nats://127.0.0.1:4222 --scenario office --learn 6h',
  ],
  options: {
    nats: { about: 'The broker of the hub', value: 'URL' },
    dir: dirOption,
    policy: {
      about: 'The operator’s rules at the first start; later an approved call changes them',
      value: 'FILE',
    },
    'site-policy': sitePolicyOption,
    learn: {
      about: 'How long a round of nodes that learn together is; they learn nothing when left out',
      value: 'DURATION',
    },
    ...siteOptions,
  },
  async run(args, output, stop) {
    const natsUrl = args.text('nats');
    if (natsUrl === undefined) throw new InputError('cloud: expected --nats URL, came nothing');
    const policyFile = args.text('policy');
    const policy = policyFile === undefined ? undefined : readPolicyFile(policyFile);
    const { layout, pace } = siteOf(args);
    const { site, strategy, settings } = layout.site;
    const roundPeriodMs = args.durationMs('learn');
    const live = await openProcess({
      dir: args.text('dir') ?? '.airguard',
      site,
      name: CLOUD,
      domain: 'hub',
      natsUrl,
      parent: meetParent(stop),
      say: (line) => output.note(line),
    });
    const { keys, parts } = live;
    output.note(
      `cloud of site ${site}: coordinator (${strategy}), auditor and twin, broker ${natsUrl}`,
    );
    const twin = openTwinThread();
    const sweeper = new Sweeper({
      bus: parts.bus,
      clock: parts.clock,
      say: (line) => output.note(line),
    });
    const learner =
      roundPeriodMs === undefined
        ? undefined
        : { roundPeriodMs, ...(await learnerOf(parts.keyring)) };
    await live.run(
      startCloud({
        ...parts,
        auditorSigner: keys.of('auditor').signer,
        coordinatorSigner: keys.of('coordinator').signer,
        cloudSigner: keys.of('cloud').signer,
        twin,
        policy,
        ...(learner === undefined ? {} : { learner }),
        sitePolicy: sitePolicyOf(args)?.asks,
        strategy,
        planPeriodMs: settings.replan / US_PER_MS,
        reactMs: pacedMs(reactMs, pace, 1_000),
        settleMs: pacedMs(settleMs, pace, 12_000),
      }),
    );
    twin.close();
    sweeper.stop();
    return 'held';
  },
};
