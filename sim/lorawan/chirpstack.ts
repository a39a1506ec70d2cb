/**
 * Stands in for ChirpStack v4, which does not run here. Written from its API contract
 * (`integration.proto`, `gw.proto`, and the JSON mapping of protocol buffers): it says what UplinkEvent
 * holds, leaving out defaults as the mapping does, and takes a DownlinkCommand only if every field is one
 * of the contract and as it should be. It checks nothing of LoRaWAN itself: frame counters, keys and MAC
 * commands are not in it.
 */
import * as z from 'zod';
import type { GatewayUplink } from './gateway.ts';
import type { Messaging } from './messaging.ts';

const DownlinkCommand = z.strictObject({
  id: z.guid().optional(),
  devEui: z.string().regex(/^[0-9a-f]{16}$/),
  confirmed: z.boolean().optional(),
  fPort: z.number().int().min(1).max(223),
  data: z.base64().optional(),
  object: z.record(z.string(), z.unknown()).optional(),
});

export interface StandInParts {
  readonly messaging: Messaging;
  readonly applicationId: string;
  readonly devices: readonly string[];
  readonly enqueue: (devEui: string, downlink: { port: number; payload: Uint8Array }) => void;
}

const tenantId = '52f14cd4-c6f1-4fbd-8f87-4025e1d49242';

export class ChirpStackStandIn {
  readonly #parts: StandInParts;
  readonly refused: string[] = [];
  readonly published: { readonly topic: string; readonly body: string }[] = [];
  commands = 0;
  #uplinks = 0;

  constructor(parts: StandInParts) {
    this.#parts = parts;
    const { messaging, applicationId } = parts;
    messaging.subscribe(`application/${applicationId}/device/+/command/down`, (topic, body) =>
      this.#take(topic, body),
    );
  }

  uplink(uplink: GatewayUplink): void {
    const { messaging, applicationId } = this.#parts;
    const { devEui, rssiDbm, snrDb, rate } = uplink;
    this.#uplinks += 1;
    const event = withoutDefaults({
      deduplicationId: `00000000-0000-4000-8000-${String(this.#uplinks).padStart(12, '0')}`,
      time: '2026-11-21T18:00:00.000000000+00:00',
      deviceInfo: {
        tenantId,
        tenantName: 'Airguard',
        applicationId,
        applicationName: 'nodes',
        deviceProfileId: '14855bf7-d10d-4aee-b618-ebfcb64dc7ad',
        deviceProfileName: 'class A',
        deviceName: devEui,
        devEui,
        tags: {},
      },
      devAddr: '00189440',
      adr: false,
      dr: uplink.dr,
      fCnt: uplink.frameCount,
      fPort: uplink.port,
      confirmed: false,
      data: Buffer.from(uplink.payload).toString('base64'),
      rxInfo: [
        {
          gatewayId: '0016c001f153a14c',
          uplinkId: this.#uplinks,
          rssi: Math.round(rssiDbm),
          snr: snrDb,
          context: 'E3OWOQ==',
          crcStatus: 'CRC_OK',
        },
      ],
      txInfo: {
        frequency: uplink.hz,
        modulation: {
          lora: {
            bandwidth: rate.bandwidthHz,
            spreadingFactor: rate.spreadingFactor,
            codeRate: 'CR_4_5',
          },
        },
      },
    });
    const body = JSON.stringify(event);
    const topic = `application/${applicationId}/device/${devEui}/event/up`;
    this.published.push({ topic, body });
    messaging.publish(topic, body);
  }

  #take(topic: string, body: Uint8Array): void {
    let json: unknown;
    try {
      json = JSON.parse(Buffer.from(body).toString());
    } catch {
      this.refused.push(`${topic}: no JSON`);
      return;
    }
    const command = DownlinkCommand.safeParse(json);
    if (!command.success) {
      this.refused.push(`${topic}: ${z.prettifyError(command.error)}`);
      return;
    }
    const { devEui, fPort, data = '' } = command.data;
    if (topic.split('/')[3] !== devEui || !this.#parts.devices.includes(devEui)) {
      this.refused.push(`${topic}: no such device: ${devEui}`);
      return;
    }
    this.commands += 1;
    this.#parts.enqueue(devEui, { port: fPort, payload: Buffer.from(data, 'base64') });
  }
}

/** The JSON mapping of protocol buffers leaves out zero, false and empty. */
function withoutDefaults(value: object): object {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([, each]) => each !== 0 && each !== false && each !== '' && !isEmpty(each),
    ),
  );
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
