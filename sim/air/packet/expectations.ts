/** What a scene is expected to come to, against what came. */
import type { Measured } from './measure.ts';
import type { SceneFile } from './scene-file.ts';

export interface Verdict {
  readonly what: string;
  readonly value: number;
  readonly holds: boolean;
  readonly because: string;
}

/** What was expected, against what came. */
export function judge(file: SceneFile, { mbps, totalMbps }: Measured): Verdict[] {
  const rates = new Map([['total', totalMbps]]);
  file.flows.forEach(({ from, to }, flow) => {
    rates.set(from, (rates.get(from) ?? 0) + mbps[flow]!);
    rates.set(`${from}/${to}`, mbps[flow]!);
  });
  return file.expect.map(({ flow, of, atLeast, atMost, because }) => {
    const value = rates.get(flow)! / (of === undefined ? 1 : rates.get(of)!);
    const bounds = [
      ...(atLeast === undefined ? [] : [`≥ ${atLeast}`]),
      ...(atMost === undefined ? [] : [`≤ ${atMost}`]),
    ];
    const holds = value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity);
    const name = of === undefined ? `${flow}, Mb/s` : `${flow} ÷ ${of}`;
    return { what: `${name} ${bounds.join(' and ')}`, value, holds, because };
  });
}
