/** What a recording holds, in words: the same below a table and above a picture. */
import type { CaptureSummary } from '#edge/capture/summary.ts';

const typeNames: Readonly<Record<string, string>> = {
  1: 'ath9k HT20',
  2: 'ath9k HT20/40',
  3: 'ath10k',
  4: 'ath11k',
};

export function typesOf({ types }: CaptureSummary): string {
  const kinds = Object.entries(types).map(
    ([type, count]) => `${count} of type ${type} (${typeNames[type]})`,
  );
  return kinds.join(', ');
}

export function lossOf({ loss }: CaptureSummary): string {
  const { paceUs, lost, share, judged, unjudged, pauses, pausedUs, retunes } = loss;
  const parts =
    paceUs === null && judged === 0
      ? ['missing: not known, as the gaps show no steady pace']
      : [
          lost === 0
            ? `missing: none, by ${judged} gaps`
            : `missing: about ${lost} of ${judged + lost} (${(share * 100).toFixed(1)}\u00a0%), by the gaps`,
          ...(paceUs === null ? [] : [`one sweep every ${Math.round(paceUs)} µs`]),
        ];
  if (unjudged > 0) parts.push(`${unjudged} gaps without a pace`);
  if (pauses > 0) parts.push(`${pauses} pauses of ${(pausedUs / 1e6).toFixed(3)} s in all`);
  if (retunes > 0) parts.push(`${retunes} ${retunes === 1 ? 'retune' : 'retunes'}`);
  return parts.join('; ');
}

export function left({ skippedBytes, passedBytes, unknown }: CaptureSummary): string {
  const passed = Object.entries(unknown).map(([type, count]) => `${count} of type ${type}`);
  const parts = [`${skippedBytes} bytes skipped as damaged`];
  if (passed.length > 0) {
    parts.push(`${passedBytes} bytes passed over in records without a sweep: ${passed.join(', ')}`);
  }
  return parts.join('; ');
}
