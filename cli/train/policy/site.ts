/** Sites to learn on and to be judged on, drawn by chance: one radio an access point, in one band. */
import { isForPlans } from '#agents/plan-channels.ts';
import { legalChannels } from '#agents/regulation/legal-channels.ts';
import { allChannels, type Band, type Channel, sameChannel } from '#protocols/channels.ts';
import { exp, log } from '#protocols/math.ts';
import type { Random } from '#protocols/random.ts';
import { parseScene, type Scene } from '#sim/air/scene.ts';
import { generateSite, type SiteRadio } from '#sim/sites/generate.ts';
import { siteKinds } from '#sim/sites/index.ts';

export interface SiteSetup {
  readonly name: string;
  readonly scene: Scene;
  readonly shadowingDb: number;
  /** Decides the shadowing. */
  readonly random: Random;
  /** By radio, in the order of the scene's: each holds the channel that the radio is on. */
  readonly options: readonly (readonly Channel[])[];
}

export interface SiteWish {
  readonly kind: string;
  readonly aps: number;
  readonly band: Band;
  /** The same few channels of 20 MHz for all, so that they are short; else the law decides. */
  readonly channels: number | null;
  /** Of the law's, so many for each radio, its own among them. */
  readonly options: number;
  /** What clients ask, over what they usually ask. */
  readonly load: number;
  /** Whether access points of others are there. */
  readonly strangers: boolean;
}

/** A square with nothing in it but access points anywhere and their clients about them. */
export interface SquareWish {
  readonly aps: number;
  readonly sideM: number;
  /** Of each access point, and what the one asks that asks most. */
  readonly clients: number;
  readonly mostMbps: number;
  readonly channels: number;
}

const EIRP_DBM = 20;
/** Clients are at most so far from their access point, either way. */
const REACH_M = 8;

export function drawSquare(wish: SquareWish, random: Random): SiteSetup {
  const at = random.fork('places');
  const few = someOf(allChannels('5', 20), wish.channels, random.fork('channels'));
  const radios = [];
  const clients = [];
  for (let index = 0; index < wish.aps; index += 1) {
    const id = `ap${index}/radio-0`;
    const place = { x: wish.sideM * at.uniform(), y: wish.sideM * at.uniform(), z: 0 };
    const channel = few[at.below(few.length)]!;
    radios.push({ id, at: place, channel, eirpDbm: EIRP_DBM });
    for (let client = 0; client < wish.clients; client += 1) {
      const beside = () => 2 * REACH_M * (at.uniform() - 0.5);
      clients.push({
        id: `c${index}-${client}`,
        at: { x: place.x + beside(), y: place.y + beside(), z: 0 },
        radio: id,
        offeredMbps: 5 + (wish.mostMbps - 5) * at.uniform(),
      });
    }
  }
  return {
    name: 'square',
    scene: parseScene({ version: 1, radios, clients }, 'of a square'),
    shadowingDb: 5,
    random: random.fork('shadowing'),
    options: radios.map(() => few),
  };
}

/** Of those to learn on: squares, and all kinds. */
export function drawLesson(random: Random, mostAps: number): SiteSetup {
  if (random.uniform() >= SQUARES) return drawSite(drawWish(random, mostAps), random);
  const wish = {
    aps: 3 + random.below(mostAps - 2),
    sideM: 20 + 70 * random.uniform(),
    clients: 1 + random.below(6),
    mostMbps: 10 + 110 * random.uniform(),
    channels: 2 + random.below(5),
  };
  return drawSquare(wish, random);
}

const SQUARES = 0.35;

function drawWish(random: Random, mostAps: number): SiteWish {
  const kind = siteKinds[random.below(siteKinds.length)]!.name;
  const band = random.uniform() < 0.75 ? '5' : '2.4';
  const isShort = random.uniform() < 0.5;
  return {
    kind,
    aps: 3 + random.below(mostAps - 2),
    band,
    channels: isShort ? 2 + random.below(band === '5' ? 4 : 2) : null,
    options: 6,
    load: exp(log(0.15) + random.uniform() * log(16)),
    strangers: random.uniform() < 0.6,
  };
}

export function drawSite(wish: SiteWish, random: Random): SiteSetup {
  const { kind, aps, band, load } = wish;
  const site = generateSite({ kind, aps, random, hours: 1 });
  const own = site.radios.filter(({ bands }) => bands[0] === band);
  const kept = new Set(own.map(({ id }) => id));
  const draw = random.fork('options');
  const few = wish.channels === null ? null : fewChannels(own, wish.channels, draw);
  const options = own.map((radio) => few ?? someOf(legalFor(radio), wish.options, draw));
  const radios = site.scene.radios
    .filter(({ id }) => kept.has(id))
    .map((radio, at) => {
      const mine = options[at]!;
      return { ...radio, channel: mine[draw.below(mine.length)]! };
    });
  const strangers = wish.strangers ? site.scene.unmanaged : [];
  const scene = parseScene(
    {
      version: 1,
      walls: site.scene.walls,
      radios,
      unmanaged: strangers.map((one) =>
        few === null || one.channel.band !== band
          ? one
          : { ...one, channel: few[draw.below(few.length)]! },
      ),
      clients: site.scene.clients
        .filter(({ radio }) => radio !== undefined && kept.has(radio))
        .map((client) => ({ ...client, offeredMbps: client.offeredMbps * load })),
    },
    `of kind ${kind}`,
  );
  const { shadowingDb } = site;
  return { name: kind, scene, shadowingDb, random: random.fork('shadowing'), options };
}

function legalFor(radio: SiteRadio): Channel[] {
  return legalChannels(radio)
    .filter(isForPlans)
    .map(({ channel }) => channel);
}

function fewChannels(radios: readonly SiteRadio[], count: number, random: Random): Channel[] {
  const [first] = radios;
  if (first === undefined) return [];
  const narrow = legalFor(first).filter(({ widthMhz }) => widthMhz === 20);
  return someOf(narrow, count, random);
}

/** In order of the list. */
function someOf(channels: readonly Channel[], count: number, random: Random): Channel[] {
  const left = [...channels];
  while (left.length > count) left.splice(random.below(left.length), 1);
  return left;
}

export function placeOf(options: readonly Channel[], channel: Channel | null): number {
  return channel === null ? -1 : options.findIndex((one) => sameChannel(one, channel));
}
