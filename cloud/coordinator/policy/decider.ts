/** The learned policy as a way of deciding: every radio scores its channels, and they move in turns until none gains. */
import { see } from '#agents/policy-net/features.ts';
import { PolicyInput } from '#agents/policy-net/input.ts';
import { type PolicyModel, shippedPolicy } from '#agents/policy-net/model.ts';
import { settle, usualSettling } from '#agents/policy-net/settle.ts';
import type { Assignment, Choice, Decider, Setting } from '../site.ts';

export function policyDecider({ net }: Pick<PolicyModel, 'net'>): Decider {
  return {
    name: 'policy',
    about: 'A network over the graph of who hears whom, trained in the simulator; powers stay.',
    source: 'airguard train policy; PPO, Schulman et al., arXiv 1707.06347',
    decide({ reports, choices }, random): Assignment {
      const own = reports.map(({ id }) => choices.get(id) ?? []);
      const options = own.map((list) => list.map(({ channel }) => channel));
      const input = new PolicyInput(see({ reports, options }));
      const taken = Int32Array.from(reports, ({ channel }, radio) =>
        channel === null
          ? -1
          : options[radio]!.findIndex(
              (one) => one.centerMhz === channel.centerMhz && one.widthMhz === channel.widthMhz,
            ),
      );
      const before = taken.slice();
      settle(net, input, taken, usualSettling, random);
      const assignment = new Map<string, Setting>();
      reports.forEach(({ id, channel, eirpDbm }, radio) => {
        const to: Choice | undefined = own[radio]![taken[radio]!];
        if (taken[radio] !== before[radio] && to !== undefined) {
          const { maxEirpDbm } = to;
          assignment.set(id, { channel: to.channel, eirpDbm: Math.min(eirpDbm, maxEirpDbm) });
        } else if (channel !== null) assignment.set(id, { channel, eirpDbm });
      });
      return assignment;
    },
  };
}

/** The one that ships, whatever its card says: for those who measure it. Undefined where none can be read. */
export function shippedDecider(): Decider | undefined {
  const shipped = shippedPolicy();
  return shipped.ok ? policyDecider(shipped.value) : undefined;
}

/** The one that ships, if its card says that it beat the best heuristic: for those who decide by it. */
export function usablePolicy(): PolicyModel | undefined {
  const shipped = shippedPolicy();
  return shipped.ok && shipped.value.card.usable ? shipped.value : undefined;
}
