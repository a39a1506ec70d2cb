/** Plays a recording through the decoder and the detector, and says what they find. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { readSweeps, sweepSpan } from '#edge/capture/tlv.ts';
import { Classifier } from '#edge/detector/classes/classify.ts';
import { readClassModel } from '#edge/detector/classes/model.ts';
import { detect } from '#edge/detector/detect.ts';
import { classesHeard, type HeardSpan, named, wordsOf } from '#edge/detector/naming.ts';
import { parseReplayAddress, Replay } from '#edge/recorder/replay.ts';
import { US_PER_MS } from '#protocols/clock.ts';
import type { Command } from '../command.ts';
import { RealClock } from '../live/real-clock.ts';

/** A driver is polled ten times a second; what is found is told once a second. */
const POLL_MS = 100;
const POLLS = 10;

export const replay: Command = {
  name: 'replay',
  summary: 'Plays what was recorded of a radio, and tells what the detector finds in it.',
  usage: 'FOLDER [--radio NAME] [--at TIME [--for LENGTH]] [--speed N|max] [--out FILE]',
  examples: [
    'airguard recorder replay .airguard/recorder --speed 4',
    'airguard recorder replay .airguard/recorder --speed max --out heard.dump --json',
  ],
  options: {
    radio: { about: 'The radio', value: 'NAME', default: 'radio-0' },
    at: { about: 'From when on, such as 2026-11-21T17:00:00Z', value: 'TIME' },
    for: { about: 'For how long', value: 'LENGTH' },
    speed: { about: 'How many times as fast as it was heard', value: 'N|max', default: '1' },
    out: { about: 'Writes the sweeps there too, as a driver gives them', value: 'FILE' },
  },
  positionals: { min: 1, max: 1 },
  async run(args, output, stop) {
    const query = new URLSearchParams();
    for (const name of ['radio', 'at', 'for', 'speed']) {
      const text = args.text(name);
      if (text !== undefined) query.set(name, text);
    }
    const options = parseReplayAddress(`capture:${args.positionals[0]}?${query}`);
    const classifier = new Classifier(readClassModel());
    const clock = new RealClock();
    const played = new Replay(options, clock);
    const out = args.text('out');
    const file = out === undefined ? undefined : openSync(out, 'w');
    const looks: Look[] = [];
    let gathered: Uint8Array[] = [];
    const tell = () => {
      const look = lookAt(Buffer.concat(gathered), played.lastUs, classifier);
      gathered = [];
      if (look === undefined) return;
      looks.push(look);
      if (!output.json) output.line(lineOf(look));
    };
    try {
      for (let poll = 1; !played.isOver && !stop.aborted; poll += 1) {
        const bytes = played.read();
        if (file !== undefined) writeSync(file, bytes);
        gathered.push(bytes);
        const isFast = options.speed === Number.POSITIVE_INFINITY;
        if (isFast || poll % POLLS === 0) tell();
        if (!isFast && !played.isOver) await pause(POLL_MS);
      }
      tell();
    } finally {
      if (file !== undefined) closeSync(file);
      played.close();
      clock.stop();
    }
    const { sweeps, skippedBytes } = played;
    if (output.json) output.document({ radio: options.radio, sweeps, skippedBytes, looks });
    else output.line(`${sweeps} sweeps, ${skippedBytes} bytes skipped`);
    return stop.aborted ? 'interrupted' : 'held';
  },
};

interface Look {
  readonly atMs: number;
  readonly sweeps: number;
  readonly lowMhz: number;
  readonly highMhz: number;
  readonly findings: ReturnType<typeof detect>;
  /** What the classifier names, span by span. */
  readonly heard: readonly HeardSpan[];
}

function lookAt(bytes: Uint8Array, lastUs: number, classifier: Classifier): Look | undefined {
  const { sweeps } = readSweeps(bytes);
  if (sweeps.length === 0) return undefined;
  let lowMhz = Number.POSITIVE_INFINITY;
  let highMhz = 0;
  for (const sweep of sweeps) {
    const span = sweepSpan(sweep);
    lowMhz = Math.min(lowMhz, span.lowMhz);
    highMhz = Math.max(highMhz, span.highMhz);
  }
  const heard = classesHeard(classifier, sweeps).filter(({ classes }) => classes.length > 0);
  const findings = named(detect(sweeps, { lowMhz, highMhz }), heard);
  const atMs = Math.floor(lastUs / US_PER_MS);
  return { atMs, sweeps: sweeps.length, lowMhz, highMhz, findings, heard };
}

function lineOf({ atMs, sweeps, lowMhz, highMhz, findings, heard }: Look): string {
  const known = new Set(findings.map(({ looksLike }) => looksLike));
  const found = [
    ...findings.map(
      (one) => `${one.looksLike} ${one.lowMhz}–${one.highMhz} MHz at ${one.peakDbm.toFixed(0)} dBm`,
    ),
    // What hops or is faint fills nothing, and has a name all the same.
    ...heard.flatMap(({ classes, lowMhz: low, highMhz: high }) => {
      const others = classes.map(({ name }) => wordsOf(name)).filter((name) => !known.has(name));
      return others.map((name) => `${name} within ${low}–${high} MHz`);
    }),
  ];
  // A span may have been scanned with other numbers of bins too.
  const what = found.length === 0 ? 'nothing found' : [...new Set(found)].join(', ');
  return `${new Date(atMs).toISOString()}  ${sweeps} sweeps  ${lowMhz}–${highMhz} MHz  ${what}`;
}
