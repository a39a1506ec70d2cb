/** A wire that can be cut: what goes to its port comes out at another, as long as it stands. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export class TcpProxy {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #isCut = false;

  private constructor(target: number) {
    this.#server = createServer((near) => {
      if (this.#isCut) {
        near.destroy();
        return;
      }
      const far = connect(target, '127.0.0.1');
      const pair = [near, far] as const;
      this.#pairs.add(pair);
      const end = () => {
        this.#pairs.delete(pair);
        near.destroy();
        far.destroy();
      };
      for (const socket of pair) {
        socket.setNoDelay(true);
        socket.on('error', end);
        socket.on('close', end);
      }
      near.pipe(far);
      far.pipe(near);
    });
  }

  static open(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    return new Promise((resolve) => {
      proxy.#server.listen(0, '127.0.0.1', () => resolve(proxy));
    });
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy is closed');
    return address.port;
  }

  /** Nothing passes any more, and nobody is told: the sockets stay open, and silent. */
  cut(): void {
    this.#isCut = true;
    for (const [near, far] of this.#pairs) {
      near.unpipe(far);
      far.unpipe(near);
      near.pause();
      far.pause();
    }
  }

  /** New connections pass again; the silent ones are reset, as they would be after a time. */
  restore(): void {
    this.#isCut = false;
    for (const [near, far] of [...this.#pairs]) {
      near.destroy();
      far.destroy();
    }
  }

  close(): Promise<void> {
    this.restore();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}
