/** The process of the air in a live fleet: one simulated air for the radios of all nodes, in real time. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bus } from '#agents/bus/bus.ts';
import { createRandom } from '#agents/random/philox.ts';
import type { RadioTuning } from '#protocols/air-link.ts';
import { US_PER_MS } from '#protocols/clock.ts';
import { type ExitCode, InputError } from '#protocols/errors.ts';
import { createFluidAir } from '#sim/air/fluid-air.ts';
import { serveAir } from '#sim/air/serve.ts';
import type { Arguments, Output } from '../command.ts';
import { playOnAir } from './air-faults.ts';
import { moveOnAir } from './air-movement.ts';
import { startHeartbeat } from './heartbeat.ts';
import { openSiteKeys } from './keys.ts';
import { meetParent } from './parent.ts';
import { aborted, connectTo } from './process.ts';
import { RealClock } from './real-clock.ts';
import { type LiveSite, nodeOf, siteOf } from './site.ts';

export async function runAir(
  args: Arguments,
  output: Output,
  stop: AbortSignal,
): Promise<ExitCode> {
  const site = siteOf(args);
  const leaves = leavesOf(args.text('leaves'), site);
  const dir = args.text('dir') ?? '.airguard';
  const parent = meetParent(stop);
  const { nkeySeed, siteName } = {
    nkeySeed: openSiteKeys(dir).of('air').natsSeed,
    siteName: site.layout.site.site,
  };
  const clock = new RealClock();
  const ground = createFluidAir({ random: createRandom(site.seed).fork('air') });
  for (const change of site.layout.atStart) ground.apply(change);
  const log = orderLog(dir, clock);
  const tunings = new Map<string, RadioTuning>();
  const failed = new AbortController();
  const connect = (node: string, url: string) =>
    connectTo(url, {
      client: 'air',
      site: siteName,
      nkeySeed,
      onFatal: (error) => {
        output.note(`the broker of ${node} is lost: ${error.message}`);
        failed.abort();
      },
    });
  const buses: Bus[] = [];
  const served = [];
  for (const [node, url] of leaves) {
    const bus = await connect(node, url);
    buses.push(bus);
    served.push(
      serveAir({
        bus,
        site: siteName,
        air: ground,
        clock,
        node,
        onApplied: (radio, tuning) => {
          const before = tunings.get(radio) ?? {};
          const after = { ...before, ...tuning };
          if (JSON.stringify(after) === JSON.stringify(before)) return;
          tunings.set(radio, after);
          log(radio, tuning);
        },
        onRejected: (subject, message) => output.note(`refused ${subject}: ${message}`),
      }),
    );
  }
  const say = (text: string) => {
    output.note(text);
    parent.tell({ type: 'happened', text });
  };
  const beganMs = args.integer('began') ?? clock.now() / US_PER_MS;
  const note = (text: string) => output.note(text);
  const { placeOf } = moveOnAir({ site, air: ground, clock, beganMs, say, note });
  playOnAir({ site, air: ground, clock, beganMs, tunings, placeOf, say });
  const { fidelity, version } = ground.describe();
  output.note(`air (${fidelity}, ${version}) for ${[...leaves.keys()].join(', ')}`);
  parent.tell({ type: 'ready' });
  const heart = startHeartbeat(dir, 'air');
  await Promise.race([aborted(parent.stop), aborted(failed.signal)]);
  for (const one of served) one.close();
  await Promise.all(buses.map((bus) => new Promise<void>((done) => bus.drain(done))));
  clock.stop();
  heart.close();
  parent.leave();
  return failed.signal.aborted ? 'notReachable' : 'held';
}

function leavesOf(text: string | undefined, site: LiveSite): Map<string, string> {
  const leaves = new Map(
    (text ?? '')
      .split(',')
      .filter((entry) => entry !== '')
      .map((entry) => {
        const [node = '', url = ''] = entry.split('=', 2);
        return [nodeOf(site, node).id as string, url] as const;
      }),
  );
  if (leaves.size > 0) return leaves;
  throw new InputError(
    'air: expected --leaves NODE=URL,… with the brokers of the nodes, came nothing',
  );
}

/** Every change of what a radio does, as the air carried it out: `<dir>/air/orders.jsonl`. */
function orderLog(dir: string, clock: RealClock) {
  const folder = join(dir, 'air');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'orders.jsonl');
  return (radio: string, tuning: RadioTuning) => {
    const atMs = Math.floor(clock.now() / US_PER_MS);
    appendFileSync(file, `${JSON.stringify({ atMs, radio, ...tuning })}\n`);
  };
}
