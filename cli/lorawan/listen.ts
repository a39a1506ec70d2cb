import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { type Heard, LoraBridge } from '#cloud/lorawan/bridge.ts';
import { ApplicationId, devicesOf } from '#cloud/lorawan/chirpstack.ts';
import { LoraInbox } from '#cloud/lorawan/inbox.ts';
import { type MqttOptions, type MqttStatus, openMqtt } from '#cloud/lorawan/mqtt.ts';
import { InputError } from '#protocols/errors.ts';
import type { Arguments, Command } from '../command.ts';
import { RealClock } from '../live/real-clock.ts';
import { linesOf } from './message-text.ts';

const HEARD_MAX = 10_000;

export const listen: Command = {
  name: 'listen',
  summary: 'Shows what nodes say through ChirpStack, and tells each node that it came.',
  usage: '--application ID --devices FILE [options]',
  examples: [
    'airguard lorawan listen --application 17c82e96-be03-4f38-aef3-f83d48582d97 --devices devices.json',
    'airguard lorawan listen --application ID --devices devices.json --for 10m --json',
  ],
  options: {
    application: { about: 'The application in ChirpStack', value: 'ID' },
    devices: { about: 'JSON: which node is behind each device EUI', value: 'FILE' },
    mqtt: { about: 'The broker', value: 'URL', default: 'mqtt://127.0.0.1:1883' },
    username: { about: 'At the broker', value: 'NAME' },
    'password-file': { about: 'Its first line is the password', value: 'FILE' },
    ca: { about: 'PEM of who signs the broker’s certificate', value: 'FILE' },
    cert: { about: 'PEM of our certificate', value: 'FILE' },
    key: { about: 'PEM of its key', value: 'FILE' },
    for: { about: 'Stop after this time; runs until stopped by default', value: 'TIME' },
  },
  positionals: { min: 0, max: 0 },
  async run(args, output, stop) {
    const application = ApplicationId.safeParse(args.text('application'));
    if (!application.success) {
      const came = args.text('application') ?? 'nothing';
      throw new InputError(`--application: expected the UUID of an application, came ${came}`);
    }
    const devices = readDevices(args.text('devices'));
    const forMs = args.durationMs('for');
    const heard: Heard[] = [];
    let hasConnected = false;
    let said = '';
    const door = openMqtt(mqttOptions(args, application.data), (status) => {
      if (status.type === 'connected') hasConnected = true;
      const text = statusText(status, hasConnected);
      // It tries again every two seconds, which need not be told each time.
      if (text === undefined || text === said) return;
      said = text;
      output.note(text);
    });
    new LoraBridge({
      messaging: door,
      inbox: new LoraInbox(new RealClock()),
      applicationId: application.data,
      devices,
      onFault: (line) => output.note(line),
      onRecord: (record) => {
        if (output.json) {
          heard.push(record);
          if (heard.length > HEARD_MAX) heard.shift();
          return;
        }
        const { node, dr, rssiDbm, snrDb } = record;
        output.line(`${node}: DR${dr}, ${rssiDbm ?? '–'} dBm, ${snrDb ?? '–'} dB over noise`);
        for (const line of linesOf(record.message)) output.line(line);
      },
    }).start();
    await ended(stop, forMs);
    await door.close();
    if (output.json) output.document({ heard });
    return hasConnected ? 'held' : 'notReachable';
  },
};

function statusText(status: MqttStatus, hasConnected: boolean): string | undefined {
  if (status.type === 'failed') return status.message;
  if (status.type === 'connected') return 'listening';
  return hasConnected ? 'the broker has gone; trying again' : undefined;
}

function ended(stop: AbortSignal, forMs: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener('abort', () => resolve(), { once: true });
    if (forMs !== undefined) setTimeout(resolve, forMs);
  });
}

function mqttOptions(args: Arguments, application: string): MqttOptions {
  const passwordFile = args.text('password-file');
  const given = {
    url: args.text('mqtt'),
    username: args.text('username'),
    password: passwordFile && readText('password-file', passwordFile).split(/\r?\n/)[0],
    caFile: args.text('ca'),
    certFile: args.text('cert'),
    keyFile: args.text('key'),
  };
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return { clientId: `airguard-${application}`, ...Object.fromEntries(known) };
}

const Devices = z.record(z.string(), z.string().min(1));

function readDevices(file: string | undefined): ReadonlyMap<string, string> {
  if (file === undefined) {
    throw new InputError(
      '--devices: expected a file like {"ac1f09fffe090b61": "ap1"}, came nothing',
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(readText('devices', file));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`--devices: ${file}: expected JSON: ${(error as Error).message}`);
  }
  const devices = Devices.safeParse(json);
  if (devices.success) return devicesOf(devices.data);
  throw new InputError(`--devices: ${file}: expected a node's name behind each device EUI`);
}

function readText(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError(`--${option}: ${file}: expected a file that can be read; ${code} came`);
  }
}
