/** Damaged frames of LoRaWAN before the cloud's inbox, and damaged events of ChirpStack before their reader. */
import { createRandom } from '#agents/random/philox.ts';
import { anAlert } from '#cli/lorawan/field.ts';
import { readUplink } from '#cloud/lorawan/chirpstack.ts';
import { LoraInbox } from '#cloud/lorawan/inbox.ts';
import { alertOf } from '#edge/lorawan/alerts.ts';
import { decodeMessage, encodeMessage } from '#protocols/lorawan/codec.ts';
import { framesOf, readFragment } from '#protocols/lorawan/fragments.ts';
import type { Random } from '#protocols/random.ts';
import { VirtualClock } from '#sim/clock/virtual-clock.ts';

const whole = [
  encodeMessage({ is: 'alert', record: 1, at: 1_800_000_000, ...anAlert }),
  encodeMessage({ is: 'alert', record: 2, at: 1_800_000_000, ...alertOf('hot', 'warning') }),
  encodeMessage({ is: 'receipt', record: 3 }),
  encodeMessage({
    is: 'acknowledgement',
    record: 4,
    configuration: 5,
    outcome: 'applied',
    reason: null,
  }),
];
const frames = [...whole, ...whole.flatMap((each, id) => framesOf(each, 11, id))];

const topic = 'application/17c82e96-be03-4f38-aef3-f83d48582d97/device/0101010101010101/event/up';
const event = Buffer.from(
  JSON.stringify({
    deduplicationId: '3ac7e3c4-4401-4b8d-9386-a5c902f9202d',
    time: '2026-07-18T09:34:15.775023242+00:00',
    deviceInfo: {
      applicationId: '17c82e96-be03-4f38-aef3-f83d48582d97',
      devEui: '0101010101010101',
    },
    fPort: 10,
    data: Buffer.from(whole[0]!).toString('base64'),
    rxInfo: [{ gatewayId: '0016c001f153a14c', rssi: -36, snr: 10.5 }],
  }),
);

export const loraFrames = {
  what: 'frames of LoRaWAN',
  async run(seed: number, count: number): Promise<number> {
    const random = createRandom(`fuzz/lorawan/${seed}`);
    const inbox = new LoraInbox(new VirtualClock());
    let read = 0;
    for (let index = 0; index < count; index += 1) {
      const frame = damaged(frames[random.below(frames.length)]!, random);
      if (!inbox.take('ap1', frame).ok) continue;
      read += 1;
      if (readFragment(frame) !== undefined) continue;
      const outcome = decodeMessage(frame);
      if (outcome.ok && Buffer.compare(encodeMessage(outcome.value), frame) === 0) continue;
      throw new Error(`seed ${seed}, input ${index}: a frame was read as one it is not`);
    }
    if (inbox.refused + read !== count) throw new Error(`seed ${seed}: not all were counted`);
    return read;
  },
};

export const chirpstackEvents = {
  what: 'events of ChirpStack',
  async run(seed: number, count: number): Promise<number> {
    const random = createRandom(`fuzz/chirpstack/${seed}`);
    let read = 0;
    for (let index = 0; index < count; index += 1) {
      if (readUplink(topic, damaged(event, random)).ok) read += 1;
    }
    return read;
  },
};

/** Turns bits, cuts, lengthens, or puts a piece of it elsewhere; one to four times. */
function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  let changed = Uint8Array.from(bytes);
  for (let turn = random.below(4); turn >= 0; turn -= 1) {
    const at = random.below(changed.length + 1);
    const way = random.below(4);
    if (way === 0 && at < changed.length) changed[at]! ^= 1 << random.below(8);
    if (way === 1) changed = changed.slice(0, at);
    if (way === 2)
      changed = Uint8Array.of(
        ...changed.subarray(0, at),
        ...random.bytes(1 + random.below(4)),
        ...changed.subarray(at),
      );
    if (way === 3) changed.copyWithin(random.below(changed.length + 1), at, at + 8);
  }
  return changed;
}
