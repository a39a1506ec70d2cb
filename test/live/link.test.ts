import assert from 'node:assert/strict';
import { createConnection, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Link } from '#cli/live/link.ts';

test('a link carries, falls silent when it is cut, and carries new connections once mended', async () => {
  const { port, close } = await startEcho();
  const link = await Link.open(port);
  try {
    const before = createConnection(link.port, '127.0.0.1');
    assert.equal(await ask(before, 'one'), 'one');
    link.cut();
    assert.equal(await ask(before, 'two'), undefined);
    assert.equal(before.destroyed, false);
    link.mend();
    const after = createConnection(link.port, '127.0.0.1');
    assert.equal(await ask(after, 'three'), 'three');
    for (const socket of [before, after]) socket.destroy();
  } finally {
    link.close();
    close();
  }
});

/** What comes back within a little while; undefined when nothing does. */
async function ask(socket: Socket, text: string): Promise<string | undefined> {
  socket.on('error', () => {});
  socket.write(text);
  const answer = new Promise<string>((resolve) => {
    socket.once('data', (data) => resolve(String(data)));
  });
  return Promise.race([answer, pause(150, undefined)]);
}

function startEcho(): Promise<{ port: number; close: () => void }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      assert(address !== null && typeof address === 'object');
      resolve({ port: address.port, close: () => server.close() });
    });
  });
}
