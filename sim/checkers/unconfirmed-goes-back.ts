import { type Channel, describeChannel, sameChannel } from '#protocols/channels.ts';
import { type Address, address, partsOf } from '#protocols/ids.ts';
import { parseSubject } from '#protocols/subjects.ts';
import type { RadioTruth } from '../population.ts';
import { type Breach, type Checker, CLOCK_TOLERANCE, field, seconds } from './checker.ts';

/** What it takes to begin the way back: a scan or another order may be under way. */
const GRACE_US = 30_000_000;

interface Asked {
  readonly key: string;
  readonly to: Channel;
  readonly withinUs: number;
}

interface OnTrial extends Asked {
  dueUs: number;
}

export const unconfirmedGoesBack: Checker = {
  name: 'unconfirmed-goes-back',
  text: 'A change that has to be confirmed, and is not in time, does not last: its radio leaves the channel by itself, whatever happened to its node and its link meanwhile, unless the rules forbid the way back.',
  start({ nowUs }) {
    const asked = new Map<Address, Asked>();
    const trials = new Map<Address, OnTrial>();
    /** Whose wall was set meanwhile: a restart may give the whole time again. */
    const jumped = new Set<string>();
    let checked = 0;
    const broken: Breach[] = [];

    const lookAt = (radio: Address, tUs: number) => {
      const trial = trials.get(radio);
      if (trial === undefined || tUs <= trial.dueUs) return;
      trials.delete(radio);
      broken.push({
        tUs,
        address: radio,
        what: `is still on ${describeChannel(trial.to)} though nobody confirmed ${trial.key}: expected it to leave ${seconds(trial.withinUs)} after it came`,
      });
    };
    const restarted = (node: string, tUs: number) => {
      for (const [radio, trial] of trials) {
        if (partsOf(radio).node !== node) continue;
        const againUs = jumped.has(node) ? trial.withinUs : 0;
        trial.dueUs = Math.max(trial.dueUs, tUs + againUs + GRACE_US);
      }
    };

    return {
      onRecord({ tUs, address: at, type, payload }) {
        if (type === 'fault') {
          const node = String(field(payload, 'node'));
          if (field(payload, 'kind') === 'jump') jumped.add(node);
          if (field(payload, 'kind') === 'start') restarted(node, tUs);
          return;
        }
        // A process that is gone leaves no records: what is overdue is seen once it is back.
        lookAt(at, tUs);
        if (type !== 'message') return;
        const what = field(payload, 'type');
        if (what === 'move.requested') {
          const move = field(payload, 'move');
          const confirming = field(move, 'confirming');
          const within = field(confirming, 'confirmWithinMs');
          if (typeof within !== 'number') asked.delete(at);
          else {
            const to = field(move, 'to') as Channel;
            asked.set(at, { key: String(field(confirming, 'key')), to, withinUs: within * 1_000 });
          }
        } else if (what === 'confirm.requested') {
          if (trials.get(at)?.key === field(payload, 'key')) trials.delete(at);
        }
      },
      onRadio({ tUs, address: at, channel, silent }: RadioTruth) {
        const trial = trials.get(at);
        const isAway = channel === null || silent;
        // On its way, which may owe a long silence.
        if (trial !== undefined && (isAway || !sameChannel(channel, trial.to))) {
          trials.delete(at);
        }
        if (isAway) return;
        const wish = asked.get(at);
        if (wish === undefined || !sameChannel(channel, wish.to)) return;
        asked.delete(at);
        checked += 1;
        const dueUs = tUs + wish.withinUs * (1 + CLOCK_TOLERANCE) + GRACE_US;
        trials.set(at, { ...wish, dueUs });
      },
      onBus: {
        appended(_client, subject, _id, _data) {
          if (!subject.endsWith('.trial.ended')) return;
          const parsed = parseSubject(subject);
          // Confirmed, back, or kept where it is by the rules: it has been told.
          if (parsed !== undefined) trials.delete(address(parsed.site, parsed.node, parsed.actor));
        },
      },
      finish() {
        for (const radio of [...trials.keys()]) lookAt(radio, nowUs());
        return { checked, broken };
      },
    };
  },
};
