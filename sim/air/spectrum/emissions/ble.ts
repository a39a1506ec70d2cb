import { type Emission, phaseOf } from '../emission.ts';
import { gfsk } from './bluetooth.ts';

/** Channels 37, 38 and 39: Bluetooth Core 5.4, volume 6, part B, 1.4.1. */
const advertisingMhz = [2402, 2426, 2480];
/** Of a device that is to be found: 100 ms and a delay of up to 10 ms (4.4.2.2). */
const ADVERTISING_US = 100_000;
const DELAY_US_MAX = 10_000;
/** 47 bytes at 1 Mb/s (2.1), and the wait for an answer before the next channel. */
const ADVERT_US = 376;
const ADVERT_EVERY_US = 1_000;

/** Of a connection: a choice of ours within the 7.5 ms to 4 s of 4.5.1. */
const INTERVAL_US = 30_000;
/** A packet of 251 bytes, an answer of 10, and twice the gap of 150 µs (4.1). */
const PACKET_US = 2_120;
const GAP_US = 150;
const ANSWER_US = 80;
const PAIR_US = PACKET_US + GAP_US + ANSWER_US + GAP_US;
const DATA_CHANNELS = 37;
/** The increment of channel selection algorithm #1 (4.5.8.2), 5 to 16. */
const HOP = 7;

export const ble: Emission = {
  about: 'Bluetooth Low Energy: adverts on 3 channels, a connection on 37',
  source: 'Bluetooth Core 5.4, volume 6, part B, 1.4.1, 4.4.2.2 and 4.5.8.2',
  usual: { centerMhz: 2441, widthMhz: 80, duty: 0.08 },
  put({ duty, mw, chance }, tUs, canvas) {
    const advert = phaseOf(tUs, ADVERTISING_US + DELAY_US_MAX);
    const at = advert.sinceUs - chance.uniform(advert.count) * DELAY_US_MAX;
    const step = Math.floor(at / ADVERT_EVERY_US);
    if (step >= 0 && step < 3 && at % ADVERT_EVERY_US < ADVERT_US) {
      canvas.put(gfsk, advertisingMhz[step]!, 1, mw);
    }
    const event = phaseOf(tUs, INTERVAL_US);
    const advertising = (3 * ADVERT_US) / (ADVERTISING_US + DELAY_US_MAX);
    const sendingUs = Math.max(0, duty - advertising) * INTERVAL_US;
    const eventUs = Math.min(INTERVAL_US, (sendingUs * PAIR_US) / (PACKET_US + ANSWER_US));
    if (event.sinceUs >= eventUs) return;
    const inPair = event.sinceUs % PAIR_US;
    const answerAt = PACKET_US + GAP_US;
    if (inPair >= PACKET_US && (inPair < answerAt || inPair >= answerAt + ANSWER_US)) return;
    canvas.put(gfsk, dataMhz((event.count * HOP) % DATA_CHANNELS), 1, mw);
  },
};

/** Data channels 0 to 10 lie from 2,404 MHz on, 11 to 36 from 2,428 MHz on. */
function dataMhz(channel: number): number {
  return channel <= 10 ? 2404 + 2 * channel : 2428 + 2 * (channel - 11);
}
