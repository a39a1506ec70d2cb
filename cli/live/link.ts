/**
 * The wire between a leaf's broker and the hub, which the supervisor can cut: what comes in at its
 * port goes out at the hub's door for leaves, as long as it stands.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';

export class Link {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #isCut = false;

  private constructor(hubPort: number) {
    this.#server = createServer((near) => this.#opened(near, hubPort));
  }

  static open(hubPort: number): Promise<Link> {
    const link = new Link(hubPort);
    return new Promise((resolve, reject) => {
      link.#server.once('error', reject);
      link.#server.listen(0, '127.0.0.1', () => resolve(link));
    });
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the link is closed');
    return address.port;
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  /** Nothing passes any more and nobody is told, as when a cable is pulled. */
  cut(): void {
    this.#isCut = true;
    for (const [near, far] of this.#pairs) {
      near.unpipe(far);
      far.unpipe(near);
      near.pause();
      far.pause();
    }
  }

  /** Takes new connections again; those of before the cut are reset. */
  mend(): void {
    this.#isCut = false;
    this.#reset();
  }

  close(): void {
    this.#server.close();
    this.#reset();
  }

  #opened(near: Socket, hubPort: number): void {
    near.on('error', () => near.destroy());
    if (this.#isCut) {
      near.destroy();
      return;
    }
    const far = connect(hubPort, '127.0.0.1');
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
  }

  #reset(): void {
    for (const [near, far] of [...this.#pairs]) {
      near.destroy();
      far.destroy();
    }
  }
}
