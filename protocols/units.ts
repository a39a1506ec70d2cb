import * as z from 'zod';

/** Frequency, megahertz. */
export const Mhz = z.number().min(0).max(100_000).meta({ unit: 'MHz' });
export type Mhz = z.infer<typeof Mhz>;

/** Absolute power, decibels relative to one milliwatt. A radio's power is its EIRP, over all chains. */
export const Dbm = z.number().min(-174).max(60).meta({ unit: 'dBm' });
export type Dbm = z.infer<typeof Dbm>;

/** A ratio of powers, decibels. */
export const Db = z.number().min(-300).max(300).meta({ unit: 'dB' });
export type Db = z.infer<typeof Db>;

/** A duration, milliseconds. */
export const Ms = z.number().min(0).meta({ unit: 'ms' });
export type Ms = z.infer<typeof Ms>;

/** An instant, milliseconds since the Unix epoch. */
export const EpochMs = z.number().int().min(0).meta({ unit: 'ms since 1970-01-01T00:00:00Z' });
export type EpochMs = z.infer<typeof EpochMs>;

/** An instant or duration, integer microseconds. */
export const Us = z.number().int().min(0).meta({ unit: 'µs' });
export type Us = z.infer<typeof Us>;

/** A share of a whole, 0 to 1. */
export const Share = z.number().min(0).max(1).meta({ unit: '1' });
export type Share = z.infer<typeof Share>;

/** Throughput, megabits per second. */
export const Mbps = z.number().min(0).meta({ unit: 'Mb/s' });
export type Mbps = z.infer<typeof Mbps>;

/** Lower-case hexadecimal SHA-256. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hex');
export type Sha256 = z.infer<typeof Sha256>;
