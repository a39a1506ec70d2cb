/**
 * The model of Bianchi, "Performance analysis of the IEEE 802.11 distributed coordination function",
 * IEEE JSAC 18(3), 2000, and the rules under which the packet engine keeps its assumptions: one
 * cell, everybody hears everybody, frames that overlap are lost for all, nobody gives up, back-off
 * also steps over a busy slot, and after a collision all go on at the same time.
 */
import type { Frame, Rules } from './scene.ts';

export interface BianchiOptions {
  readonly stations: number;
  /** The smallest window, W, and how often it doubles, m. */
  readonly w: number;
  readonly m: number;
  readonly usesRts: boolean;
}

/** Table II of the paper: frequency hopping at 1 Mb/s, so a bit is a microsecond. */
const fhss = {
  payloadBits: 8_184,
  macBits: 272,
  phyBits: 128,
  ackBits: 112 + 128,
  rtsBits: 160 + 128,
  ctsBits: 112 + 128,
  propagationUs: 1,
  slotUs: 50,
  sifsUs: 28,
  difsUs: 128,
} as const;

const NS = 1_000;

export function bianchiRules({ w, m, usesRts }: BianchiOptions): Rules {
  const { slotUs, sifsUs, difsUs, propagationUs, payloadBits } = fhss;
  // The way to the receiver is made part of the frame. A preamble is as short as ours are: how a
  // frame is divided makes no difference here.
  const frame = (bits: number): Frame => ({
    durationNs: (bits + propagationUs) * NS,
    headerNs: 20 * NS,
    signalEndNs: 20 * NS,
    signalNs: 4 * NS,
    rate: 1e6,
    mcs: 0,
  });
  const data = frame(fhss.phyBits + fhss.macBits + payloadBits);
  return {
    slotNs: slotUs * NS,
    sifsNs: sifsUs * NS,
    aifsn: (difsUs - sifsUs) / slotUs,
    countsBusySlot: true,
    resumesAtEnd: true,
    cwMin: w - 1,
    cwMax: w * power(2, m) - 1,
    attempts: Number.POSITIVE_INFINITY,
    answerTimeoutNs: (sifsUs + 2 * 20) * NS,
    eifsExtraNs: 0,
    frames: {
      data,
      ack: frame(fhss.ackBits),
      rts: frame(fhss.rtsBits),
      cts: frame(fhss.ctsBits),
      bar: frame(fhss.ackBits),
    },
    usesRts,
    mpdus: 1,
    dataNs: [0, data.durationNs],
    payloadBits,
    generation: 0,
    hasColour: false,
    widthMhz: 20,
    // No noise, and no frame heard beside another.
    noiseDbm: -300,
    radio: {
      preambleDbm: -82,
      preambleSinrDb: 100,
      energyDbm: -82,
      secondaryDbm: -62,
      sensitivityDbm: -101,
    },
  };
}

export interface BianchiModel {
  readonly totalMbps: number;
  /** That a station sends in a slot: τ. */
  readonly sendProbability: number;
  /** That a frame meets another: p. */
  readonly collisionProbability: number;
}

/** Equations 7, 9, 13 and 14 to 16. */
export function bianchiModel({ stations: n, w, m, usesRts }: BianchiOptions): BianchiModel {
  const others = (tau: number) => 1 - power(1 - tau, n - 1);
  const tauOf = (p: number) => {
    // (1 − (2p)^m) / (1 − 2p) as the sum that it is, which also holds at p = ½.
    let sum = 0;
    for (let k = 0; k < m; k += 1) sum += power(2 * p, k);
    return 2 / (1 + w + p * w * sum);
  };
  // τ falls with p and p rises with τ, so there is one crossing.
  let low = 0;
  let high = 1;
  for (let step = 0; step < 60; step += 1) {
    const tau = (low + high) / 2;
    if (tauOf(others(tau)) > tau) low = tau;
    else high = tau;
  }
  const tau = (low + high) / 2;
  const { slotUs, sifsUs, difsUs, propagationUs, payloadBits, rtsBits } = fhss;
  const after = sifsUs + propagationUs;
  const data = fhss.phyBits + fhss.macBits + payloadBits;
  const announced = usesRts ? rtsBits + after + fhss.ctsBits + after : 0;
  const success = announced + data + after + fhss.ackBits + difsUs + propagationUs;
  const collision = (usesRts ? rtsBits : data) + difsUs + propagationUs;
  const anyone = 1 - power(1 - tau, n);
  const alone = (n * tau * power(1 - tau, n - 1)) / anyone;
  const slot = (1 - anyone) * slotUs + anyone * (alone * success + (1 - alone) * collision);
  return {
    totalMbps: (alone * anyone * payloadBits) / slot,
    sendProbability: tau,
    collisionProbability: others(tau),
  };
}

/** Of a whole number, by multiplying: `**` differs between engines. */
function power(base: number, exponent: number): number {
  let product = 1;
  for (let factor = 0; factor < exponent; factor += 1) product *= base;
  return product;
}
