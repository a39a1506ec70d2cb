/**
 * The cloud's side of LoRaWAN: takes what nodes said from a network server, tells each node that its
 * alert came, and hands on what is new.
 */
import type { Outcome } from '#protocols/errors.ts';
import { encodeMessage } from '#protocols/lorawan/codec.ts';
import { LORA_PORT, type LoraMessage } from '#protocols/lorawan/messages.ts';
import {
  ApplicationId,
  downlinkCommand,
  downlinkTopic,
  readUplink,
  uplinkTopics,
} from './chirpstack.ts';
import type { LoraInbox, NodeRecord } from './inbox.ts';

/** What the bridge needs of a broker; `mqtt.ts` is one. */
export interface Messaging {
  subscribe(topics: string, onMessage: (topic: string, body: Uint8Array) => void): void;
  publish(topic: string, body: string): void;
}

/** Where a record came through. */
export interface Heard {
  readonly node: string;
  readonly message: NodeRecord;
  readonly isFuller: boolean;
  readonly dr: number;
  /** Of the gateway that heard it best; null where the server does not say. */
  readonly rssiDbm: number | null;
  readonly snrDb: number | null;
}

export interface BridgeParts {
  readonly messaging: Messaging;
  readonly inbox: LoraInbox;
  readonly applicationId: string;
  /** The node behind each device EUI; what others say is not heard. */
  readonly devices: ReadonlyMap<string, string>;
  readonly onRecord: (heard: Heard) => void;
  /** One line about what could not be read. */
  readonly onFault: (line: string) => void;
}

type Downlink = Extract<LoraMessage, { is: 'receipt' | 'heartbeat_request' }>;

/** The node repeats these until a receipt comes, so a repetition gets another. */
const receipted: ReadonlySet<string> = new Set(['alert', 'alert_short', 'acknowledgement']);

export class LoraBridge {
  readonly #parts: BridgeParts;
  #nonce = 0;

  constructor(parts: BridgeParts) {
    this.#parts = { ...parts, applicationId: ApplicationId.parse(parts.applicationId) };
  }

  start(): void {
    const { messaging, applicationId, onFault } = this.#parts;
    messaging.subscribe(uplinkTopics(applicationId), (topic, body) => {
      const outcome = this.#take(topic, body);
      if (!outcome.ok) onFault(outcome.error);
    });
  }

  /** Asks a node for a heartbeat. It hears of it after one of its next uplinks. */
  askHeartbeat(node: string): boolean {
    const found = [...this.#parts.devices].find(([, each]) => each === node);
    if (found === undefined) return false;
    this.#nonce = (this.#nonce + 1) % 256;
    this.#send(found[0], { is: 'heartbeat_request', nonce: this.#nonce });
    return true;
  }

  #take(topic: string, body: Uint8Array): Outcome<null, string> {
    const event = readUplink(topic, body);
    if (!event.ok) return event;
    const { deviceInfo, fPort, data, dr, rxInfo } = event.value;
    const node = this.#parts.devices.get(deviceInfo.devEui);
    if (node === undefined) {
      return {
        ok: false,
        error: `device ${deviceInfo.devEui}: expected one of a node; name it in the configuration`,
      };
    }
    // Frames without payload, and those of other ports, are not for us.
    if (fPort !== LORA_PORT || data === '') return { ok: true, value: null };
    const arrival = this.#parts.inbox.take(node, Buffer.from(data, 'base64'));
    if (!arrival.ok) return { ok: false, error: `${node}: ${arrival.error}` };
    const { as, message } = arrival.value;
    if (message === null) return { ok: true, value: null };
    if (receipted.has(message.is)) {
      this.#send(deviceInfo.devEui, { is: 'receipt', record: message.record });
    }
    if (as !== 'again') {
      const best = rxInfo.toSorted((one, other) => other.snr - one.snr)[0];
      this.#parts.onRecord({
        node,
        message,
        isFuller: as === 'fuller',
        dr,
        rssiDbm: best?.rssi ?? null,
        snrDb: best?.snr ?? null,
      });
    }
    return { ok: true, value: null };
  }

  #send(devEui: string, message: Downlink): void {
    const { messaging, applicationId } = this.#parts;
    const command = downlinkCommand(devEui, LORA_PORT, encodeMessage(message));
    messaging.publish(downlinkTopic(applicationId, devEui), JSON.stringify(command));
  }
}
