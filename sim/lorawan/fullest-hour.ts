/** For whoever checks a duty cycle from outside. */
const HOUR_US = 3_600_000_000;

/** The fullest window of an hour begins with a frame or ends with one. */
export function mostInAnHour(sent: readonly { startUs: number; endUs: number }[]): number {
  const starts = sent.flatMap(({ startUs, endUs }) => [startUs, endUs - HOUR_US]);
  return Math.max(
    0,
    ...starts.map((fromUs) =>
      sent.reduce(
        (sum, { startUs, endUs }) =>
          sum + Math.max(0, Math.min(endUs, fromUs + HOUR_US) - Math.max(startUs, fromUs)),
        0,
      ),
    ),
  );
}
