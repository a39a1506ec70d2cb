import { describeChannel, overlapMhz, type Span, span } from '#protocols/channels.ts';
import type { Address } from '#protocols/ids.ts';
import type { RadioTruth } from '../population.ts';
import { type Breach, type Checker, field, seconds } from './checker.ts';

/** Where radar was heard, read from an event or a fault. */
export function heardSpan(payload: unknown): Span | undefined {
  const centerMhz = field(payload, 'centerMhz');
  const widthMhz = field(payload, 'widthMhz');
  if (typeof centerMhz !== 'number' || typeof widthMhz !== 'number') return undefined;
  return { lowMhz: centerMhz - widthMhz / 2, highMhz: centerMhz + widthMhz / 2 };
}

export function isSendingIn(truth: RadioTruth | undefined, heard: Span): boolean {
  return (
    truth !== undefined &&
    truth.channel !== null &&
    !truth.silent &&
    overlapMhz(span(truth.channel), heard) > 0
  );
}

/**
 * From a radar on a radio's channel until the radio may no longer send there: channel move time.
 *
 * @see ETSI EN 301 893 table D.1 and 47 CFR 15.407(h)(2)(iii): 10 s.
 */
const MOVE_US = 10_000_000;

interface Deadline {
  readonly address: Address;
  readonly sinceUs: number;
  readonly dueUs: number;
  readonly heard: Span;
  readonly rule: string;
}

/** How long each radar took until the radio was silent; for the report of a run. */
export interface TimeToSilence {
  readonly tUs: number;
  readonly address: string;
  readonly silentAfterUs: number | null;
}

export function watchRadars() {
  const radars: { tUs: number; address: string; heard: Span; silentAfterUs: number | null }[] = [];
  const truths = new Map<Address, RadioTruth>();
  return {
    radars: radars as readonly TimeToSilence[],
    heard(tUs: number, address: Address, heard: Span) {
      const isSilent = !isSendingIn(truths.get(address), heard);
      radars.push({ tUs, address, heard, silentAfterUs: isSilent ? 0 : null });
    },
    onRadio(truth: RadioTruth) {
      truths.set(truth.address, truth);
      for (const radar of radars) {
        const isOver = radar.silentAfterUs !== null || radar.address !== truth.address;
        if (!isOver && !isSendingIn(truth, radar.heard))
          radar.silentAfterUs = truth.tUs - radar.tUs;
      }
    },
  };
}

export const silenceAfterRadar: Checker = {
  name: 'silence-after-radar',
  text: 'A radio on whose channel a radar sends is off that channel within the move time of 10 s, and once it has reported the radar, within the closing time.',
  start({ limits, nowUs }) {
    const truths = new Map<Address, RadioTruth>();
    let open: Deadline[] = [];
    let checked = 0;
    const broken: Breach[] = [];

    const close = (deadline: Deadline) => {
      const truth = truths.get(deadline.address);
      if (!isSendingIn(truth, deadline.heard) || truth?.channel == null) return;
      broken.push({
        tUs: deadline.dueUs,
        address: deadline.address,
        what: `still sends on ${describeChannel(truth.channel)} ${seconds(deadline.dueUs - deadline.sinceUs)} after radar: expected silence within the ${deadline.rule}`,
      });
    };
    const settle = (tUs: number) => {
      if (open.length === 0) return;
      const due = open.filter(({ dueUs }) => dueUs < tUs);
      if (due.length === 0) return;
      open = open.filter(({ dueUs }) => dueUs >= tUs);
      due.forEach(close);
    };
    const expect = (address: Address, tUs: number, heard: Span, withinUs: number, rule: string) => {
      checked += 1;
      if (!isSendingIn(truths.get(address), heard)) return;
      open.push({ address, sinceUs: tUs, dueUs: tUs + withinUs, heard, rule });
    };

    return {
      onRecord({ tUs, address, type, payload }) {
        settle(tUs);
        if (type === 'message' && field(payload, 'type') === 'radar.detected') {
          const heard = heardSpan(payload);
          if (heard) expect(address, tUs, heard, limits.closingMs * 1_000, 'closing time');
        } else if (type === 'fault' && field(payload, 'kind') === 'radar') {
          const heard = heardSpan(payload);
          const radio = field(payload, 'radio') as Address | undefined;
          if (heard && radio) expect(radio, tUs, heard, MOVE_US, 'move time');
        }
      },
      onRadio(truth) {
        settle(truth.tUs);
        truths.set(truth.address, truth);
        open = open.filter(
          ({ address, heard }) => address !== truth.address || isSendingIn(truth, heard),
        );
      },
      finish() {
        settle(nowUs());
        return { checked, broken };
      },
    };
  },
};
