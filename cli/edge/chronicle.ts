/**
 * What happens at a node, as its own events tell it, told on: to the uplink, which keeps it until the
 * cloud has it, and over LoRaWAN while the cloud is away. It also knows how each radio stands, for the
 * messages that say that.
 */
import { isRecord, parseJson } from '#agents/mcp/json.ts';
import { interfererAlert, looksLikeOf, radarAlert } from '#edge/lorawan/alerts.ts';
import type { AlertParts } from '#edge/lorawan/fallback.ts';
import type { Told } from '#edge/pipeline/told.ts';
import type { Channel } from '#protocols/channels.ts';
import type { DriverEvent } from '#protocols/driver.ts';
import { cloudFound, cloudLost } from '#protocols/events/edge-node.ts';
import * as radioEvents from '#protocols/events/radio.ts';
import { parseSubject } from '#protocols/subjects.ts';
import type { NodeEvent } from '#protocols/telemetry/events.ts';
import type { BusListener } from '#sim/tapped-bus.ts';

/** How a radio stands, as far as it has told. */
export interface RadioStanding {
  readonly actor: string;
  legal: radioEvents.RadioLegalState | undefined;
  busy: number | undefined;
  clients: number;
  carriedMbps: number | undefined;
  interferers: readonly radioEvents.Finding[];
  radars: number;
}

interface Happening {
  readonly event?: NodeEvent;
  readonly alert?: AlertParts;
}

type Tell = (actor: string, happening: Happening) => void;

export class Chronicle {
  readonly radios: readonly RadioStanding[];
  /** Entries of the node's ledger, as far as they went out. */
  ledgerLength = 0;
  readonly #told: Told;
  readonly #tell: Tell;
  readonly listener: Required<BusListener>;

  constructor(actors: readonly string[], told: Told, tell: Tell) {
    this.#told = told;
    this.#tell = tell;
    this.radios = actors.map((actor) => ({
      actor,
      legal: undefined,
      busy: undefined,
      clients: 0,
      carriedMbps: undefined,
      interferers: [],
      radars: 0,
    }));
    this.listener = {
      asked: () => () => {},
      leased: () => {},
      appended: (_client, subject, _id, data) => this.#note(subject, data),
    };
  }

  /** Once a second a driver says how busy its radio is, which no event tells. */
  load(actor: string, event: DriverEvent): void {
    const radio = this.radios.find((one) => one.actor === actor);
    if (radio === undefined || event.type !== 'load.measured') return;
    radio.busy = event.utilisation;
    radio.clients = event.stations;
    radio.carriedMbps = event.carriedMbps;
  }

  #note(subject: string, bytes: Uint8Array): void {
    const source = parseSubject(subject);
    if (source === undefined) return;
    const parsed = parseJson(bytes);
    const value = parsed.ok && isRecord(parsed.value) ? parsed.value : {};
    if (source.kind === 'ledger' && typeof value.index === 'number') {
      this.ledgerLength = Math.max(this.ledgerLength, value.index + 1);
    }
    const tell = source.kind === 'event' ? tellers[source.name.join('.')] : undefined;
    if (tell === undefined) return;
    const { data } = value;
    const index = this.radios.findIndex(({ actor }) => actor === source.actor);
    const happening = tell(data, this.radios[index], index, this.#told);
    if (happening !== undefined) this.#tell(source.actor, happening);
  }
}

type Teller = (
  data: unknown,
  radio: RadioStanding | undefined,
  index: number,
  told: Told,
) => Happening | undefined;

/** By the name of the event. What does not fit its schema, or is no news, tells nothing. */
const tellers: Readonly<Record<string, Teller>> = {
  [radioEvents.stateChanged.name](data, radio) {
    const legal = radioEvents.stateChanged.data.safeParse(data);
    if (radio !== undefined && legal.success) radio.legal = legal.data;
    return undefined;
  },
  [radioEvents.radarDetected.name](data, radio, index) {
    const radar = radioEvents.radarDetected.data.safeParse(data);
    if (radio === undefined || !radar.success) return undefined;
    radio.radars += 1;
    const { channel, centerMhz, widthMhz } = radar.data;
    return {
      event: {
        kind: 'dfs.recorded',
        severity: 'alert',
        what: 'radar',
        centerMhz,
        widthMhz,
      },
      alert: radarAlert(index, channel, radar.data),
    };
  },
  [radioEvents.channelChanged.name](data) {
    const change = radioEvents.channelChanged.data.safeParse(data);
    if (!change.success) return undefined;
    const { from, to, cause } = change.data;
    const event = { kind: 'mode.changed', severity: 'notice' } as const;
    return { event: { ...event, from: word(from), to: word(to), cause } };
  },
  [radioEvents.interfererDetected.name](data, radio, index, told) {
    const found = radioEvents.interfererDetected.data.safeParse(data);
    if (radio === undefined || !found.success) return undefined;
    const { sweeps: _, ...finding } = found.data;
    radio.interferers = [...radio.interferers, finding];
    const { lowMhz, highMhz, peakDbm, duty } = finding;
    const alert = interfererAlert(index, radio.legal?.channel ?? null, finding);
    const name = classOf[alert.looksLike] ?? 'unknown';
    // The classifier may have told of it already.
    if (!told.note(radio.actor, name, 'findings')) return { alert };
    const severity = alert.severity === 'critical' ? 'alert' : 'notice';
    const kind = 'interference.classified';
    return { event: { kind, severity, lowMhz, highMhz, class: name, peakDbm, duty }, alert };
  },
  [radioEvents.interfererGone.name](data, radio, index, told) {
    const gone = radioEvents.interfererGone.data.safeParse(data);
    if (radio === undefined || !gone.success) return undefined;
    const { lowMhz, highMhz } = gone.data;
    const was = radio.interferers.find((one) => one.lowMhz === lowMhz && one.highMhz === highMhz);
    radio.interferers = radio.interferers.filter((one) => one !== was);
    if (was === undefined) return undefined;
    const alert = interfererAlert(index, radio.legal?.channel ?? null, was, { ended: true });
    const name = classOf[alert.looksLike] ?? 'unknown';
    const isAnother = (one: radioEvents.Finding) => classOf[looksLikeOf(one.looksLike)] === name;
    if (!radio.interferers.some(isAnother)) told.gone(radio.actor, name, 'findings');
    return { alert };
  },
  [cloudLost.name]: () => link('attached', 'alone', 'link-lost'),
  [cloudFound.name]: () => link('alone', 'attached', 'link-restored'),
};

function link(from: string, to: string, cause: string): Happening {
  return { event: { kind: 'mode.changed', severity: 'notice', from, to, cause } };
}

/** A channel as one word: `5-5210-80`. */
function word(channel: Channel | null): string {
  if (channel === null) return 'none';
  return `${channel.band}-${channel.centerMhz}-${channel.widthMhz}`;
}

type Class = Extract<NodeEvent, { kind: 'interference.classified' }>['class'];

/** The classes of the uplink by those of LoRaWAN. */
const classOf: Readonly<Record<string, Class>> = {
  wifi: 'wifi',
  microwave: 'microwave',
  bluetooth: 'bluetooth',
  zigbee: 'zigbee',
  analogue_video: 'analogue-video',
  fhss_phone: 'fhss-phone',
  radar: 'radar',
  jammer_narrow: 'narrow-jammer',
  jammer_wide: 'wide-jammer',
};
