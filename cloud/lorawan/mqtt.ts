/**
 * The door to an MQTT broker; nothing else imports the client. A broker on another machine is spoken to
 * over TLS and with credentials, or not at all.
 */
import { readFileSync } from 'node:fs';
import { connect, type IClientOptions } from 'mqtt';
import * as z from 'zod';
import { InputError } from '#protocols/errors.ts';
import type { Messaging } from './bridge.ts';

export const MqttOptions = z.strictObject({
  /** `mqtt://` on this machine, `mqtts://` elsewhere; without user and password in it. */
  url: z.string().default('mqtt://127.0.0.1:1883'),
  clientId: z.string().min(1).max(64),
  username: z.string().optional(),
  password: z.string().optional(),
  /** Files of PEM: who may sign the broker's certificate, and our own certificate and key. */
  caFile: z.string().optional(),
  certFile: z.string().optional(),
  keyFile: z.string().optional(),
});
export type MqttOptions = z.input<typeof MqttOptions>;

export type MqttStatus =
  | { readonly type: 'connected' }
  | { readonly type: 'disconnected' }
  /** One line, without secrets. */
  | { readonly type: 'failed'; readonly message: string };

export interface MqttDoor extends Messaging {
  close(): Promise<void>;
}

/** How long the broker keeps what comes while we are away. */
const SESSION_S = 86_400;
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

export function openMqtt(options: MqttOptions, onStatus: (status: MqttStatus) => void): MqttDoor {
  const { url, ...given } = checked(options);
  const client = connect(url.href, {
    clientId: given.clientId,
    username: given.username,
    password: given.password,
    ...files(given),
    protocolVersion: 5,
    clean: false,
    properties: { sessionExpiryInterval: SESSION_S },
    reconnectPeriod: 2_000,
  });
  const ears: { topics: string; onMessage: (topic: string, body: Uint8Array) => void }[] = [];
  client.on('connect', () => onStatus({ type: 'connected' }));
  client.on('close', () => onStatus({ type: 'disconnected' }));
  client.on('error', ({ message }) =>
    onStatus({ type: 'failed', message: `MQTT at ${url.host}: ${message}` }),
  );
  client.on('message', (topic, body) => {
    for (const { topics, onMessage } of ears) if (matches(topics, topic)) onMessage(topic, body);
  });
  return {
    subscribe(topics, onMessage) {
      ears.push({ topics, onMessage });
      client.subscribe(topics, { qos: 1 }, (error, granted) => {
        const refused = error ?? (granted ?? []).find(({ qos }) => qos > 2);
        // What waits when the door closes ends with an error, too.
        if (refused && !client.disconnecting) {
          onStatus({
            type: 'failed',
            message: `MQTT at ${url.host}: may not subscribe to ${topics}`,
          });
        }
      });
    },
    publish(topic, body) {
      client.publish(topic, body, { qos: 1 }, (error) => {
        if (error) onStatus({ type: 'failed', message: `MQTT at ${url.host}: ${error.message}` });
      });
    },
    close: () => client.endAsync(),
  };
}

function checked(options: MqttOptions) {
  const { url: text, ...given } = MqttOptions.parse(options);
  const url = URL.parse(text);
  if (url === null || !['mqtt:', 'mqtts:'].includes(url.protocol)) {
    throw new InputError('MQTT: expected a URL like mqtt://127.0.0.1:1883 or mqtts://HOST:8883');
  }
  if (url.username !== '' || url.password !== '') {
    throw new InputError(
      'MQTT: expected user and password as options of their own, not in the URL',
    );
  }
  const hasCredentials =
    (given.username !== undefined && given.password !== undefined) ||
    (given.certFile !== undefined && given.keyFile !== undefined);
  if (!loopback.test(url.hostname) && (url.protocol !== 'mqtts:' || !hasCredentials)) {
    throw new InputError(
      `MQTT at ${url.host}: expected mqtts:// and credentials for a broker on another machine; give username and password, or a certificate and its key`,
    );
  }
  return { url, ...given };
}

function files({
  caFile,
  certFile,
  keyFile,
}: Omit<z.output<typeof MqttOptions>, 'url'>): IClientOptions {
  return {
    ...(caFile !== undefined && { ca: pem(caFile) }),
    ...(certFile !== undefined && { cert: pem(certFile) }),
    ...(keyFile !== undefined && { key: pem(keyFile) }),
  };
}

function pem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError(
      `MQTT: ${file}: expected a PEM file that can be read; ${code} came`,
      'usage',
      {
        cause: error,
      },
    );
  }
}

/** Topic filters of MQTT 5.0 §4.7.1, as far as `+`. */
function matches(topics: string, topic: string): boolean {
  const wanted = topics.split('/');
  const came = topic.split('/');
  return (
    wanted.length === came.length &&
    wanted.every((level, index) => level === '+' || level === came[index])
  );
}
