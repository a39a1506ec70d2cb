/**
 * A live fleet on this machine: a hub broker and the cloud's process, per node a leaf broker and a
 * process, and the air. It keeps all of them running until it is told to end, and leaves nothing
 * behind.
 */
import { resolve } from 'node:path';
import { type Broker, freePort } from '#agents/bus/broker.ts';
import { CLOUD } from '#protocols/ids.ts';
import { findBroker, openHub, startHub, startLeaf } from './brokers.ts';
import { Child } from './child.ts';
import { Keeper, type Kept } from './keeper.ts';
import { keysDirectory, makeSiteKeys } from './keys.ts';
import { Link } from './link.ts';
import type { Told } from './messages.ts';
import { startReaper } from './reaper.ts';
import { type LiveSite, siteArguments } from './site.ts';
import { removeUpState, type UpState, writeUpState } from './state.ts';

export interface FleetOptions {
  readonly dir: string;
  readonly site: LiveSite;
  /** What the operator asks of plans; the usual when left out. */
  readonly sitePolicyFile: string | undefined;
  readonly startedMs: number;
  readonly onTold: (from: string, message: Told) => void;
  readonly onEnded: (name: string) => void;
  readonly say: (line: string) => void;
  readonly log: (name: string, line: string) => void;
}

export interface LiveFleet {
  readonly state: UpState;
  readonly nodes: readonly string[];
  /** When the scenario begins: every process has time to start before. */
  readonly beganMs: number;
  restarts(): number;
  /** A link, process or broker is gone until what is returned is called. */
  cut(node: string): () => void;
  crash(name: string): () => void;
  breakBroker(domain: string): () => void;
  stop(): Promise<void>;
}

export async function startFleet(options: FleetOptions): Promise<LiveFleet> {
  const fleet = new Fleet(options);
  try {
    await fleet.start();
  } catch (error) {
    await fleet.stop();
    throw error;
  }
  return fleet;
}

/** Lines of a broker that a person should see. */
const isSerious = /\[(ERR|FTL)\]/;

const GRACE_MS = 5_000;

/** No leaf is to come back by any way but its own link, and this port is nobody's. */
const NOWHERE = '127.0.0.1:1';

class Fleet implements LiveFleet {
  readonly nodes: readonly string[];
  readonly beganMs: number;
  readonly #options: FleetOptions;
  readonly #reaper = startReaper();
  readonly #keepers = new Map<string, Keeper>();
  /** In the order in which they started. */
  readonly #order: Keeper[] = [];
  readonly #links = new Map<string, Link>();
  readonly #brokers = new Map<string, Broker>();
  #leafPort = 0;
  #isOver = false;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.nodes = options.site.layout.site.nodes.map(({ id }) => id);
    this.beganMs = options.startedMs + GRACE_MS;
  }

  async start(): Promise<void> {
    const { dir, site: live, sitePolicyFile, say } = this.#options;
    const { site } = live.layout.site;
    const { nodes } = this;
    const program = await findBroker(say);
    const keys = makeSiteKeys(dir, nodes);
    this.#leafPort = await freePort();
    const hubPlace = {
      ...this.#brokerPlace('hub'),
      site,
      keys,
      port: await freePort(),
      leafPort: this.#leafPort,
      nodes,
      advertise: NOWHERE,
    };
    await this.#keepBroker('hub', () => startHub(program, hubPlace));
    await Promise.all(
      nodes.map(async (node) => {
        const link = await Link.open(this.#leafPort);
        this.#links.set(node, link);
        const place = {
          ...this.#brokerPlace(node),
          site,
          keys,
          node,
          port: await freePort(),
          hub: `127.0.0.1:${link.port}`,
        };
        await this.#keepBroker(node, () => startLeaf(program, place));
      }),
    );
    await openHub(hubPlace);
    const common = ['--dir', dir, ...siteArguments(live)];
    const leaves = nodes.map((node) => `${node}=${this.#url(node)}`).join(',');
    const planning = sitePolicyFile === undefined ? [] : ['--site-policy', sitePolicyFile];
    const began = ['--began', String(this.beganMs)];
    await this.#keepChild('air', ['air', '--leaves', leaves, ...began, ...common]);
    await Promise.all([
      this.#keepChild(CLOUD, ['cloud', '--nats', this.#url('hub'), ...planning, ...common]),
      ...nodes.map((node) => {
        const own = ['edge', '--node', node, '--nats', this.#url(node), ...began];
        return this.#keepChild(node, [...own, ...common]);
      }),
    ]);
    this.#write();
  }

  get state(): UpState {
    const { dir, site: live, startedMs } = this.#options;
    const { site, nodes } = live.layout.site;
    return {
      version: 1,
      site,
      scenario: live.name,
      keysDir: resolve(keysDirectory(dir)),
      ledgerDir: resolve(dir, 'ledger'),
      startedAt: new Date(startedMs).toISOString(),
      pid: process.pid,
      hub: { natsUrl: this.#url('hub'), leafPort: this.#leafPort, pid: this.#pid(brokerOf('hub')) },
      nodes: nodes.map(({ id }) => ({
        node: id,
        natsUrl: this.#url(id),
        linkPort: this.#links.get(id)?.port ?? this.#leafPort,
        brokerPid: this.#pid(brokerOf(id)),
        pid: this.#pid(id),
      })),
      cloudPid: this.#pid(CLOUD),
      airPid: this.#pid('air'),
    };
  }

  restarts(): number {
    return this.#order.reduce((sum, { restarts }) => sum + restarts, 0);
  }

  cut(node: string): () => void {
    const link = this.#links.get(node);
    link?.cut();
    return () => link?.mend();
  }

  crash(name: string): () => void {
    return this.#keepers.get(name)?.hold() ?? (() => {});
  }

  breakBroker(domain: string): () => void {
    return this.#keepers.get(brokerOf(domain))?.hold() ?? (() => {});
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    const isBroker = ({ name }: Keeper) => name.endsWith(brokerOf(''));
    const stop = (keepers: readonly Keeper[]) => Promise.all(keepers.map((one) => one.stop()));
    // Whoever talks ends before whoever carries it, and the cloud takes in what nodes say last.
    await stop(this.#order.filter((one) => this.nodes.includes(one.name)));
    await stop(this.#order.filter((one) => !isBroker(one)));
    await stop(this.#order.filter((one) => isBroker(one) && one.name !== brokerOf('hub')));
    await stop(this.#order);
    for (const link of this.#links.values()) link.close();
    this.#reaper.leave();
    removeUpState(this.#options.dir);
  }

  #url(domain: string): string {
    return this.#brokers.get(domain)?.url ?? 'nats://127.0.0.1:1';
  }

  #pid(name: string): number | null {
    return this.#keepers.get(name)?.pid ?? null;
  }

  #brokerPlace(domain: string) {
    const { dir, log } = this.#options;
    return {
      dir,
      onLog: (line: string) => {
        if (isSerious.test(line)) log(brokerOf(domain), line);
      },
      onExit: (code: number | null) => {
        this.#keepers.get(brokerOf(domain))?.ended(code === null ? 'killed' : `code ${code}`);
      },
    };
  }

  /** The first start sets the broker up; later ones find everything on its disk. */
  async #keepBroker(domain: string, open: () => Promise<Broker>): Promise<void> {
    const brokers = this.#brokers;
    await this.#keep({
      name: brokerOf(domain),
      get pid() {
        return brokers.get(domain)?.pid;
      },
      async start() {
        const known = brokers.get(domain);
        if (known === undefined) brokers.set(domain, await open());
        else await known.start();
      },
      stop: async () => brokers.get(domain)?.stop(),
      kill: async () => brokers.get(domain)?.kill(),
    });
  }

  async #keepChild(name: string, args: readonly string[]): Promise<void> {
    const { onTold, log } = this.#options;
    const child = new Child({
      name,
      args,
      onTold: (message) => onTold(name, message),
      onLine: (line) => log(name, line),
      onEnded: (how) => this.#keepers.get(name)?.ended(how),
    });
    await this.#keep(child);
  }

  async #keep(kept: Kept): Promise<void> {
    const { say, onEnded } = this.#options;
    const keeper = new Keeper(kept, {
      say,
      onPid: (name, pid, before) => {
        if (before !== undefined) this.#reaper.drop(before);
        if (pid !== undefined) this.#reaper.add(pid);
        else if (!this.#isOver) onEnded(name);
        if (!this.#isOver) this.#write();
      },
    });
    this.#keepers.set(kept.name, keeper);
    this.#order.push(keeper);
    await keeper.start();
  }

  #write(): void {
    // Before the last has started there is nothing that others could use.
    if (this.#keepers.size >= 3 + 2 * this.nodes.length)
      writeUpState(this.#options.dir, this.state);
  }
}

function brokerOf(domain: string): string {
  return `${domain}-broker`;
}
