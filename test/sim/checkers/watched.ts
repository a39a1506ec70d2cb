/** Feeds a checker a short history and tells what it found. */
import { type Channel, channelFromNumber } from '#protocols/channels.ts';
import { type Address, address } from '#protocols/ids.ts';
import type { TraceRecord, TraceType } from '#protocols/trace.ts';
import type { Checker, Findings } from '#sim/checkers/checker.ts';
import { limitsOf } from '#sim/checkers/legal-limits.ts';
import type { BusListener } from '#sim/tapped-bus.ts';

export const radio: Address = address('hq', 'ap1', 'radio-0');

export const channel = {
  plain: numbered(36),
  radar: numbered(100),
  weather: numbered(120),
};

function numbered(number: number): Channel {
  const found = channelFromNumber({ band: '5', number, widthMhz: 20 });
  if (found === undefined) throw new Error(`no channel ${number}`);
  return found;
}

/** What happens, at seconds of the world's time. */
export interface Story {
  at(seconds: number): Story;
  listens(on: Channel | null): Story;
  sends(on: Channel, eirpDbm?: number): Story;
  record(type: TraceType, payload: unknown, actor?: Address): Story;
  readonly bus: Required<BusListener>;
  hub(subject: string, data: Uint8Array): Story;
}

export function watched(
  checker: Checker,
  tell: (story: Story) => void,
  site: { readonly indoor?: boolean; readonly reachable?: boolean } = {},
): Findings {
  let nowUs = 0;
  let seq = 0;
  let eirpDbm = 20;
  let arrived: (subject: string, data: Uint8Array) => void = () => {};
  const watch = checker.start({
    limits: limitsOf('DE'),
    nowUs: () => nowUs,
    isIndoor: () => site.indoor ?? true,
    isReachable: () => site.reachable ?? true,
    onHubEvent: (listener) => {
      arrived = listener;
    },
  });
  const truth = (on: Channel | null, silent: boolean) =>
    watch.onRadio?.({ tUs: nowUs, address: radio, channel: on, eirpDbm, silent });
  const story: Story = {
    at(seconds) {
      nowUs = Math.round(seconds * 1_000_000);
      return story;
    },
    listens(on) {
      truth(on, true);
      return story;
    },
    sends(on, power = eirpDbm) {
      eirpDbm = power;
      truth(on, false);
      return story;
    },
    record(type, payload, actor = radio) {
      const record: TraceRecord = {
        tUs: nowUs,
        address: actor,
        seq,
        type,
        payload,
        stateValue: null,
        machineHash: '',
      };
      seq += 1;
      watch.onRecord?.(record);
      return story;
    },
    bus: {
      asked: (...asked) => watch.onBus?.asked?.(...asked) ?? (() => {}),
      appended: (...appended) => watch.onBus?.appended?.(...appended),
      leased: (...leased) => watch.onBus?.leased?.(...leased),
    },
    hub(subject, data) {
      arrived(subject, data);
      return story;
    },
  };
  tell(story);
  return watch.finish();
}

export function bytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
