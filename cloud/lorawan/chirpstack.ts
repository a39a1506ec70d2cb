/**
 * What ChirpStack v4 says and takes over MQTT, as JSON. The JSON form of protocol buffers leaves out what
 * has its default: a frame counter of 0, a flag that is false.
 *
 * @see `api/proto/integration/integration.proto` and `api/proto/gw/gw.proto` of chirpstack/chirpstack:
 * UplinkEvent, DownlinkCommand; the topics are those of its MQTT integration.
 */
import * as z from 'zod';
import { InputError, type Outcome } from '#protocols/errors.ts';

export const DevEui = z
  .string()
  .regex(/^[0-9a-f]{16}$/, 'a device EUI: 16 lower-case hexadecimal digits');
export const ApplicationId = z.guid();

const Base64 = z.base64();
const Uint32 = z.number().int().min(0).max(0xffff_ffff);

const RxInfo = z.object({
  gatewayId: z.string().regex(/^[0-9a-f]{16}$/),
  rssi: z.number().int().default(0),
  snr: z.number().default(0),
});

/** Fields that newer servers add are passed over; those we use have to be as they should. */
export const UplinkEvent = z.object({
  deduplicationId: z.guid(),
  time: z.string(),
  deviceInfo: z.object({ applicationId: ApplicationId, devEui: DevEui }),
  dr: Uint32.default(0),
  fCnt: Uint32.default(0),
  fPort: Uint32.default(0),
  data: Base64.default(''),
  rxInfo: z.array(RxInfo).default([]),
});
export type UplinkEvent = z.infer<typeof UplinkEvent>;

export interface DownlinkCommand {
  readonly devEui: string;
  readonly confirmed: boolean;
  /** 1 to 223. */
  readonly fPort: number;
  /** Base64. */
  readonly data: string;
}

export function uplinkTopics(applicationId: string): string {
  return `application/${applicationId}/device/+/event/up`;
}

export function downlinkTopic(applicationId: string, devEui: string): string {
  return `application/${applicationId}/device/${devEui}/command/down`;
}

/** Reads an event; its topic and its body have to tell of one device. */
export function readUplink(topic: string, body: Uint8Array): Outcome<UplinkEvent, string> {
  const [, applicationId, , devEui] = topic.split('/');
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch (error) {
    return fail(
      `${topic}: expected JSON (marshaler "json" in ChirpStack): ${(error as Error).message}`,
    );
  }
  const parsed = UplinkEvent.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return fail(`${topic}: at ${issue?.path.join('.') || 'the document'}: ${issue?.message}`);
  }
  const { deviceInfo } = parsed.data;
  if (deviceInfo.devEui !== devEui || deviceInfo.applicationId !== applicationId) {
    return fail(`${topic}: expected an event of that device, came one of ${deviceInfo.devEui}`);
  }
  return { ok: true, value: parsed.data };
}

function fail(error: string): Outcome<never, string> {
  return { ok: false, error };
}

export function downlinkCommand(
  devEui: string,
  fPort: number,
  payload: Uint8Array,
): DownlinkCommand {
  return { devEui, confirmed: false, fPort, data: Buffer.from(payload).toString('base64') };
}

/** Which node speaks through which device, as a configuration gives it. */
export function devicesOf(entries: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const devices = new Map<string, string>();
  for (const [devEui, node] of Object.entries(entries)) {
    if (!DevEui.safeParse(devEui.toLowerCase()).success) {
      throw new InputError(`device '${devEui}': expected a device EUI of 16 hexadecimal digits`);
    }
    devices.set(devEui.toLowerCase(), node);
  }
  return devices;
}
