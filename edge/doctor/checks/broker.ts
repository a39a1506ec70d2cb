import * as z from 'zod';
import { type Check, type Finding, fault, fine, warning } from '../check.ts';
import type { System } from '../system.ts';

const PORT = 4222;

/** The INFO of the NATS client protocol, of which a server sends one to whoever connects. */
const Info = z.object({
  server_name: z.string().optional(),
  version: z.string(),
  jetstream: z.boolean().optional(),
});

export const broker: Check = {
  name: 'broker',
  about:
    'Whether the NATS broker answers, and keeps streams; of a node with its own, whether the hub does',
  async look(system, { natsUrl, hub }) {
    if (natsUrl === undefined) return hub === undefined ? [] : [await lookAtHub(system, hub)];
    const place = placeOf(natsUrl);
    if (place === undefined) {
      const reason = `expected an address like nats://127.0.0.1:4222, came '${natsUrl}'`;
      return [fault('broker', reason, './airguard doctor --nats nats://127.0.0.1:4222')];
    }
    const { host, port } = place;
    const greeting = await system.greeting(host, port);
    const start = `$(setup/node setup/nats-server.mjs) -js -a ${host} -p ${port}`;
    if (!greeting.ok) {
      const { code } = greeting.error;
      const isOurs = host === '127.0.0.1' || host === 'localhost';
      const mend = isOurs ? start : `nc -vz ${host} ${port}`;
      return [fault('broker', `nothing answers at ${host}:${port}: ${meaning(code)}`, mend)];
    }
    const info = infoOf(greeting.value);
    if (info === undefined) {
      const reason = `what answers at ${host}:${port} is no NATS server`;
      return [fault('broker', reason, `ss -ltnp 'sport = :${port}'`)];
    }
    const name = `nats-server ${info.version} at ${host}:${port}`;
    if (info.jetstream === true) return [fine('broker', `${name}, with JetStream`)];
    return [warning('broker', `${name} keeps no streams: JetStream is off`, start)];
  },
};

/** The door for leaf brokers greets as that for clients does. Without it the node runs, and keeps what it tells. */
async function lookAtHub(system: System, hub: string): Promise<Finding> {
  const place = placeOf(`nats://${hub}`);
  const mend = `nc -vz ${place?.host ?? hub} ${place?.port ?? ''}`.trimEnd();
  const greeting = place && (await system.greeting(place.host, place.port));
  if (greeting === undefined || !greeting.ok) {
    const why = greeting === undefined ? 'that is no address' : meaning(greeting.error.code);
    const reason = `the hub does not answer at ${hub}: ${why}; until it does the node is alone`;
    return warning('broker', reason, mend);
  }
  const info = infoOf(greeting.value);
  if (info === undefined) {
    return fault('broker', `what answers at ${hub} is no NATS server, so no hub`, mend);
  }
  return fine(
    'broker',
    `the node starts its own; the hub, nats-server ${info.version}, answers at ${hub}`,
  );
}

function placeOf(url: string): { host: string; port: number } | undefined {
  if (!/^(nats|tls):\/\//.test(url) || !URL.canParse(url)) return undefined;
  const { hostname, port } = new URL(url);
  if (hostname === '') return undefined;
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? PORT : Number(port) };
}

function infoOf(line: string): z.infer<typeof Info> | undefined {
  if (!line.startsWith('INFO ')) return undefined;
  try {
    return Info.parse(JSON.parse(line.slice('INFO '.length)));
  } catch {
    return undefined;
  }
}

const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused, so no broker runs there',
  ETIMEDOUT: 'no word within 2 s',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name could not be looked up',
  EHOSTUNREACH: 'no way to the host',
  ENETUNREACH: 'no way to its network',
  ECONNRESET: 'it closed the connection',
};

function meaning(code: string): string {
  return meanings[code] ?? code;
}
