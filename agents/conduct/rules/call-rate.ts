import { callsPerMinute } from '#protocols/agent-rules.ts';
import { findTool } from '#protocols/tools/index.ts';
import type { Breach, ConductRule } from './conduct-rule.ts';

const US_PER_MINUTE = 60_000_000;

export const callRate: ConductRule = {
  id: 'call-rate',
  of: 'agents',
  source: 'Airguard, protocols/agent-rules.ts',
  text: 'Nobody calls an actor more often than it may: what came together, and what a minute adds.',
  confirmed: true,
  together({ calls }) {
    const passed = new Map<string, number[]>();
    const breaches: Breach[] = [];
    for (const { atUs, caller, target, tool, refused } of calls) {
      const effect = findTool(tool)?.effect;
      const most = effect === undefined ? null : callsPerMinute[effect];
      if (refused !== null || most === null) continue;
      const key = `${caller} ${target} ${effect}`;
      const times = (passed.get(key) ?? []).filter((one) => one > atUs - US_PER_MINUTE);
      times.push(atUs);
      passed.set(key, times);
      // A bucket that was full and fills again within the minute.
      if (times.length <= 2 * most) continue;
      const what = `${caller} called ${target} ${times.length} times in a minute to ${effect}, not ${2 * most} at most.`;
      breaches.push({ fromUs: times[0]!, toUs: atUs, who: caller, what });
      times.length = 0;
    }
    return breaches;
  },
};
