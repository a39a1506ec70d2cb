/** A real broker for tests, of the distribution; it asks everybody for a password. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const folders = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin'];

function programAt(name: string): string | undefined {
  return folders.map((folder) => join(folder, name)).find(existsSync);
}

/** Why there is no broker, or undefined where there is one. */
export function whyNoMosquitto(): string | undefined {
  const missing = ['mosquitto', 'mosquitto_passwd'].find((name) => programAt(name) === undefined);
  return missing && `no ${missing} here: apt-get install mosquitto`;
}

export async function startMosquitto(users: Readonly<Record<string, string>>) {
  const dir = mkdtempSync(join(tmpdir(), 'airguard-mosquitto-'));
  const port = await freePort();
  const passwords = join(dir, 'passwords');
  writeFileSync(passwords, '', { mode: 0o600 });
  for (const [user, password] of Object.entries(users)) {
    execFileSync(programAt('mosquitto_passwd')!, ['-b', passwords, user, password]);
  }
  writeFileSync(
    join(dir, 'mosquitto.conf'),
    `listener ${port} 127.0.0.1\nallow_anonymous false\npassword_file ${passwords}\nuser ${userInfo().username}\n`,
  );
  const child = spawn(programAt('mosquitto')!, ['-c', join(dir, 'mosquitto.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await new Promise<void>((resolve, reject) => {
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += chunk;
      if (text.includes('running')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`mosquitto ended with ${code}: ${text}`)));
  });
  return {
    url: `mqtt://127.0.0.1:${port}`,
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await gone;
      rmSync(dir, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
