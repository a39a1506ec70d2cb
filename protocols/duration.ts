/** Durations as people write them: `60` (seconds), `250ms`, `60s`, `10m`, `1h`, `2d`. */
import * as z from 'zod';

const msPer = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const form = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/;

/** Milliseconds, or undefined when the text is no duration. A bare number counts seconds. */
export function parseDurationMs(text: string): number | undefined {
  const match = form.exec(text.trim());
  if (match === null) return undefined;
  const unit = (match[2] ?? 's') as keyof typeof msPer;
  const ms = Math.round(Number(match[1]) * msPer[unit]);
  return Number.isSafeInteger(ms) ? ms : undefined;
}

/** The shortest of those forms that is exact: `90s`, `10m`, `1h`. */
export function describeDurationMs(ms: number): string {
  for (const unit of ['h', 'm', 's'] as const) {
    if (ms >= msPer[unit] && ms % msPer[unit] === 0) return `${ms / msPer[unit]}${unit}`;
  }
  return `${ms}ms`;
}

/** A duration in a file, read as integer microseconds. A number counts seconds. */
export const DurationUs = z
  .union([z.string().regex(form, 'a duration like 60, 60s, 10m, 1h or 250ms'), z.number().min(0)])
  .transform((written) =>
    typeof written === 'number'
      ? Math.round(written * 1_000_000)
      : (parseDurationMs(written) ?? 0) * 1_000,
  );
