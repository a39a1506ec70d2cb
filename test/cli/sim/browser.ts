/** A page in a real Chromium, over its debugging protocol; undefined where there is none. */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

export const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((file) =>
  fs.existsSync(file),
);

export interface Page {
  /** What the browser complained of: exceptions, errors and warnings. */
  readonly complaints: readonly string[];
  evaluate(expression: string): Promise<unknown>;
  setWidth(pixels: number): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

/** Opens the file, lets `use` look at it, and ends the browser. */
export async function withPage(file: string, use: (page: Page) => Promise<void>): Promise<void> {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'airguard-chromium-'));
  const browser = spawn(
    chromium!,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise((resolve) => browser.once('exit', resolve));
  try {
    const port = await debuggingPort(browser.stderr);
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
      type: string;
      webSocketDebuggerUrl: string;
    }[];
    const url = targets.find(({ type }) => type === 'page')!.webSocketDebuggerUrl;
    await use(await openPage(url, file));
  } finally {
    browser.kill();
    await ended;
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

function debuggingPort(stderr: NodeJS.ReadableStream): Promise<number> {
  let heard = '';
  return new Promise((resolve, reject) => {
    stderr.on('data', (data) => {
      heard += data;
      const [, port] = /DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(heard) ?? [];
      if (port !== undefined) resolve(Number(port));
    });
    stderr.on('end', () => reject(new Error(`the browser ended: ${heard}`)));
  });
}

async function openPage(url: string, file: string): Promise<Page> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const complaints: string[] = [];
  const waiting = new Map<number, (message: Message) => void>();
  let sent = 0;
  let onLoaded = () => {};
  const loaded = new Promise<void>((resolve) => {
    onLoaded = resolve;
  });
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    if (message.method === 'Page.loadEventFired') onLoaded();
    const isComplaint = ['Runtime.exceptionThrown', 'Runtime.consoleAPICalled', 'Log.entryAdded'];
    if (isComplaint.includes(message.method ?? '')) complaints.push(JSON.stringify(message.params));
  };
  const send = (method: string, params: object = {}) =>
    new Promise<Message>((resolve) => {
      sent += 1;
      waiting.set(sent, resolve);
      socket.send(JSON.stringify({ id: sent, method, params }));
    });
  for (const domain of ['Page', 'Runtime', 'Log']) await send(`${domain}.enable`);
  await send('Page.navigate', { url: `file://${file}` });
  await loaded;
  return {
    complaints,
    async evaluate(expression) {
      const { result } = await send('Runtime.evaluate', { expression, returnByValue: true });
      return (result as { result: { value?: unknown } }).result.value;
    },
    async setWidth(pixels) {
      const metrics = { width: pixels, height: 800, deviceScaleFactor: 1, mobile: false };
      await send('Emulation.setDeviceMetricsOverride', metrics);
    },
  };
}
