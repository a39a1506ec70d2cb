import { isRecord, parseJson } from '#agents/mcp/json.ts';
import { Channel, describeChannel, sameChannel } from '#protocols/channels.ts';
import { type ClientFare, servedShare } from '../kpi.ts';
import { type Breach, type Checker, field } from './checker.ts';

/** Five minutes of surveys, ten seconds apart. */
const KEPT = 30;

/**
 * Surveys held against each other on either side of a move. What sends the radio away may have come
 * only just before; minutes earlier the channel was as good as another.
 */
const COMPARED = 6;

/** Differences below this share are not worth a second move, however sure. */
const NEGLIGIBLE = 0.02;

interface Sample {
  readonly tUs: number;
  readonly channel: Channel;
  readonly served: number;
}

export const planNotWorse: Checker = {
  name: 'plan-not-worse',
  text: 'A change that was confirmed left its radio no worse off than before, beyond what the measurements scatter, unless the site as a whole gained.',
  start({ nowUs }) {
    const samples = new Map<string, Sample[]>();
    const movedUs = new Map<string, number>();
    let checked = 0;
    const broken: Breach[] = [];

    const confirm = (radio: string, from: Channel | null, to: Channel) => {
      const own = samples.get(radio) ?? [];
      const at = movedUs.get(radio) ?? nowUs();
      const before = own.filter(
        ({ tUs, channel }) => tUs <= at && from !== null && sameChannel(channel, from),
      );
      const after = own.filter(({ tUs, channel }) => tUs > at && sameChannel(channel, to));
      checked += 1;
      if (before.length === 0 || after.length === 0) return;
      const loss = lossBetween(before, after);
      if (loss.value <= loss.interval + NEGLIGIBLE) return;
      let site = loss.value;
      let interval = loss.interval * loss.interval;
      for (const [address, others] of samples) {
        if (address === radio) continue;
        const other = lossBetween(
          others.filter(({ tUs }) => tUs <= at),
          others.filter(({ tUs }) => tUs > at),
        );
        site += other.value;
        interval += other.interval * other.interval;
      }
      if (site <= Math.sqrt(interval) + NEGLIGIBLE) return;
      broken.push({
        tUs: nowUs(),
        address: radio,
        what: `the move to ${describeChannel(to)} was confirmed though clients get ${(100 * loss.value).toFixed(1)} % less of their load: expected at most ${(100 * (loss.interval + NEGLIGIBLE)).toFixed(1)} %`,
      });
    };

    return {
      onRecord({ tUs, address, type, payload }) {
        if (type !== 'message' || field(payload, 'type') !== 'survey.measured') return;
        const clients = field(payload, 'clients') as readonly ClientFare[] | undefined;
        const channel = field(payload, 'channel') as Channel | undefined;
        if (clients === undefined || clients.length === 0 || channel === undefined) return;
        const kept = samples.get(address) ?? [];
        samples.set(address, kept);
        kept.push({ tUs, channel, served: servedShare(clients) });
        if (kept.length > KEPT) kept.shift();
      },
      onRadio({ tUs, address, channel, silent }) {
        if (channel !== null && !silent) movedUs.set(address, tUs);
      },
      onBus: {
        appended(_client, subject, _id, data) {
          if (!subject.endsWith('.change.confirmed')) return;
          const parsed = parseJson(data);
          const event = parsed.ok && isRecord(parsed.value) ? parsed.value.data : undefined;
          const change = field(event, 'change');
          const to = Channel.safeParse(field(change, 'to'));
          const from = Channel.safeParse(field(change, 'from'));
          if (to.success) {
            confirm(String(field(change, 'radio')), from.success ? from.data : null, to.data);
          }
        },
      },
      finish: () => ({ checked, broken }),
    };
  },
};

function lossBetween(allBefore: readonly Sample[], allAfter: readonly Sample[]) {
  const before = allBefore.slice(-COMPARED);
  const after = allAfter.slice(-COMPARED);
  if (before.length === 0 || after.length === 0) return { value: 0, interval: 0 };
  return {
    value: mean(before) - mean(after),
    interval: 2 * Math.sqrt(varianceOfMean(before) + varianceOfMean(after)),
  };
}

function mean(samples: readonly Sample[]): number {
  let total = 0;
  for (const { served } of samples) total += served;
  return total / samples.length;
}

function varianceOfMean(samples: readonly Sample[]): number {
  if (samples.length < 2) return 0;
  const middle = mean(samples);
  let squares = 0;
  for (const { served } of samples) squares += (served - middle) * (served - middle);
  return squares / (samples.length - 1) / samples.length;
}
