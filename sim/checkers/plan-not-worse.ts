import { isRecord, parseJson } from '#agents/mcp/json.ts';
import {
  Channel,
  describeChannel,
  overlapMhz,
  type Span,
  sameChannel,
  span,
} from '#protocols/channels.ts';
import { type ClientFare, servedShare } from '#protocols/fare.ts';
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

/** Something that a look at the spectrum found, since when. */
interface Filling extends Span {
  readonly sinceUs: number;
}

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
    const filled = new Map<string, Filling[]>();
    let checked = 0;
    const broken: Breach[] = [];

    const confirm = (radio: string, from: Channel | null, to: Channel) => {
      const own = samples.get(radio) ?? [];
      const at = movedUs.get(radio) ?? nowUs();
      // Before something filled the channel it was another.
      const sinceUs = from === null ? 0 : filledSince(filled.get(radio), span(from));
      const before = own.filter(
        ({ tUs, channel }) =>
          tUs <= at && tUs > sinceUs && from !== null && sameChannel(channel, from),
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
        if (type !== 'message') return;
        if (field(payload, 'type') === 'spectrum.judged') {
          const findings = field(payload, 'findings') as readonly Span[] | undefined;
          filled.set(address, fillingsAfter(filled.get(address) ?? [], findings ?? [], tUs));
        }
        if (field(payload, 'type') !== 'survey.measured') return;
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

/** The newest time at which something began to fill the block; 0 when nothing does. */
function filledSince(fillings: readonly Filling[] | undefined, block: Span): number {
  const times = (fillings ?? []).filter((one) => overlapMhz(one, block) > 0);
  return Math.max(0, ...times.map(({ sinceUs }) => sinceUs));
}

/** A look tells only of the channel that it was taken on: what was found elsewhere is kept. */
function fillingsAfter(
  before: readonly Filling[],
  findings: readonly Span[],
  tUs: number,
): Filling[] {
  const isSame = (a: Span, b: Span) => overlapMhz(a, b) > 0;
  const seen = findings.map(({ lowMhz, highMhz }) => {
    const known = before.find((one) => isSame(one, { lowMhz, highMhz }));
    return { lowMhz, highMhz, sinceUs: known?.sinceUs ?? tUs };
  });
  return [...before.filter((one) => !seen.some((other) => isSame(one, other))), ...seen];
}

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
