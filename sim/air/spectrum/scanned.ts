/** What a radio shows on its spectral scan: its surroundings, from shares of the time to sweeps. */
import type { Channel, Span } from '#protocols/channels.ts';
import { dbmToMw } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import { GAPS_US, noiseDbm } from '#protocols/rates.ts';
import type { Emitter } from '../emitter.ts';
import { bandOf } from '../path-loss.ts';
import { type Radar, radarSpan, sentPulses } from '../radar.ts';
import { Chance } from './chance.ts';
import { PAUSE_US } from './emissions/wifi.ts';
import {
  type Echo,
  type Neighbour,
  paintSweeps,
  type Sender,
  type SpectrumWish,
  scanned,
  windowOf,
} from './painter.ts';
import { emissionOf } from './setting.ts';

/** A radio that scans. */
export interface Scanning {
  readonly id: string;
  readonly channel: Channel | null;
  readonly noiseFigureDb: number;
}

/** Another radio of the band, as this one hears it. */
export interface HeardRadio {
  readonly channel: Channel;
  readonly dbm: number;
  /** Share of the time its exchanges take, back-off left out, and how long one takes. */
  readonly airtime: number;
  readonly exchangeUs: number;
}

/** What the painter asks of an air. */
export interface Surroundings {
  readonly nowUs: number;
  readonly random: Random;
  /** Share of the time the radio itself sends, in which it takes no sweeps. */
  readonly ownAirtime: number;
  readonly radios: readonly HeardRadio[];
  readonly emitters: readonly Emitter[];
  readonly radars: readonly Radar[];
  /** How strongly the emitter's or radar's power arrives. */
  arrivesDbm(sender: Emitter | Radar): number;
}

/** Weaker than so much of the thermal noise of the channel, nothing shows, not even in one bin. */
const FAINT = 0.001;

export function scannedSpectrum(
  { id, channel, noiseFigureDb }: Scanning,
  around: Surroundings,
  wish: SpectrumWish,
): Uint8Array {
  if (channel === null) return new Uint8Array();
  const block = scanned(channel);
  const faintMw = FAINT * dbmToMw(noiseDbm(block.highMhz - block.lowMhz, noiseFigureDb));
  const ear = { channel, noiseFigureDb, chance: chanceOf(around.random, 'radio', id) };
  const soundscape = {
    neighbours: neighboursOf(around, block, faintMw),
    senders: sendersOf(around, block, faintMw),
    echoes: echoesOf(around, block, wish),
  };
  return paintSweeps(ear, soundscape, wish, around.nowUs);
}

function neighboursOf(
  { radios, ownAirtime }: Surroundings,
  block: Span,
  faintMw: number,
): Neighbour[] {
  return radios.flatMap(({ channel, dbm, airtime, exchangeUs }): Neighbour[] => {
    const mw = dbmToMw(dbm);
    const { centerMhz, widthMhz } = channel;
    const reachMhz = 1.5 * widthMhz;
    const isBeyond = centerMhz + reachMhz <= block.lowMhz || centerMhz - reachMhz >= block.highMhz;
    if (airtime <= 0 || mw < faintMw || isBeyond) return [];
    const frameUs = Math.max(1, exchangeUs - GAPS_US);
    // Its back-off counts, and its share is of the time in which the ear does not send.
    const wholeShare = (airtime * (frameUs + PAUSE_US)) / exchangeUs;
    const share = Math.min(1, wholeShare / Math.max(1 - ownAirtime, wholeShare));
    return [{ channel, mw, share, frameUs }];
  });
}

function sendersOf(around: Surroundings, block: Span, faintMw: number): Sender[] {
  const band = bandOf(block.lowMhz);
  return around.emitters.flatMap((emitter): Sender[] => {
    if (emitter.duty === 0 || bandOf(emitter.centerMhz) !== band) return [];
    const mw = dbmToMw(around.arrivesDbm(emitter));
    if (mw < faintMw) return [];
    const { id, centerMhz, widthMhz, duty } = emitter;
    const chance = chanceOf(around.random, 'emitter', id);
    return [{ emission: emissionOf(emitter.emission), centerMhz, widthMhz, duty, mw, chance }];
  });
}

function echoesOf(around: Surroundings, block: Span, wish: SpectrumWish): Echo[] {
  const window = windowOf(wish, around.nowUs);
  return around.radars.flatMap((radar): Echo[] => {
    const { lowMhz, highMhz } = radarSpan(radar);
    // A short pulse is heard some megahertz beside its frequency.
    if (lowMhz - 10 > block.highMhz || highMhz + 10 < block.lowMhz) return [];
    const pulses = sentPulses(radar, window, around.random);
    return pulses.length === 0 ? [] : [{ mw: dbmToMw(around.arrivesDbm(radar)), pulses }];
  });
}

function chanceOf(random: Random, what: string, id: string): Chance {
  return new Chance(random.fork(`spectrum/${what}/${id}`));
}
