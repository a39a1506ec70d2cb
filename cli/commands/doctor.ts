import { examine } from '#edge/doctor/examine.ts';
import { rootedSystem } from '#edge/doctor/rooted-system.ts';
import type { Command } from '../command.ts';
import { patientOf, USUAL_NATS } from '../doctor/patient.ts';
import { told } from '../doctor/told.ts';
import { RealClock } from '../live/real-clock.ts';

export const doctor: Command = {
  name: 'doctor',
  summary:
    'Says what keeps a node from working, such as why its spectrum is empty, and what mends it.',
  usage: '[--config FILE] [--radio ADDRESS] [options]',
  examples: [
    'airguard doctor',
    'airguard doctor --radio ath11k:phy0',
    'airguard doctor --config node.yaml --json',
  ],
  options: {
    config: { about: 'The configuration of the node', value: 'FILE' },
    radio: {
      about: 'Only this radio, instead of all there are',
      value: 'ADDRESS',
    },
    nats: { about: `The broker of the node; ${USUAL_NATS} by default`, value: 'URL' },
    folder: { about: 'Where the recorder writes; .airguard by default', value: 'DIR' },
    budget: { about: 'How much it may keep there; 20GB by default', value: 'SIZE' },
    model: { about: 'Only this model, instead of those that are shipped', value: 'FILE' },
    root: {
      about: 'Looks at a folder that holds a copy of another machine’s /proc and /sys',
      value: 'DIR',
      default: '/',
    },
  },
  positionals: { min: 0, max: 0 },
  async run(args, output) {
    const patient = patientOf(args);
    const clock = new RealClock();
    const system = rootedSystem({
      root: args.text('root') ?? '/',
      clock,
      user: process.getuid?.() ?? 0,
      nodeVersion: process.versions.node,
    });
    const findings = await examine(system, patient, ({ about }) => output.progress(about));
    const faults = findings.filter(({ result }) => result === 'fault').length;
    const warnings = findings.filter(({ result }) => result === 'warning').length;
    if (output.json) output.document({ faults, warnings, findings });
    else for (const line of told(findings)) output.line(line);
    return faults > 0 ? 'invariantBroke' : 'held';
  },
};
