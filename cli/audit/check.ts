import { questionOf } from '#agents/regulation/judge.ts';
import { nonOccupancyMs } from '#agents/regulation/limits.ts';
import { limitsOfChannel } from '#agents/regulation/limits-of-channel.ts';
import { shippedRegdb } from '#agents/regulation/regdb.ts';
import { rules } from '#agents/regulation/rules/index.ts';
import {
  Band,
  type Channel,
  channelFromNumber,
  describeChannel,
  WidthMhz,
} from '#protocols/channels.ts';
import { InputError } from '#protocols/errors.ts';
import { AccessParameters, type RadioLegalState } from '#protocols/events/radio.ts';
import * as tools from '#protocols/tools/radio.ts';
import type { Arguments, Command } from '../command.ts';
import { table } from '../table.ts';

/** Of one radio and of what it was told; here there is none. */
const ofOneRadio = ['call-understood', 'non-occupancy', 'driver-limits', 'antenna-gain', 'pinned'];

export const check: Command = {
  name: 'check',
  summary: 'Says whether a channel may be used with a power in a country, rule by rule.',
  usage: '--country CC --channel N [--width MHZ] [--eirp DBM] [--indoor] [--band GHZ]',
  examples: [
    'airguard audit check --country DE --channel 100 --width 160 --eirp 23 --indoor',
    'airguard audit check --country US --channel 36 --width 80 --eirp 30 --json',
    'airguard audit check --country DE --channel 37 --band 6 --width 160 --eirp 23 --indoor',
  ],
  options: {
    country: { about: 'Its two letters', value: 'CC' },
    channel: { about: 'Number of the primary 20 MHz channel', value: 'N' },
    band: { about: 'The lowest that has the number when left out', value: '2.4|5|6' },
    width: { about: 'MHz of the channel', value: '20|40|80|160|320', default: '20' },
    centre: { about: 'Number of the centre, where two blocks fit', value: 'N' },
    eirp: { about: 'EIRP over all chains, dBm', value: 'DBM', default: '20' },
    indoor: { about: 'The radio stands indoors' },
    edca: {
      about: 'Its channel access: cwMin/cwMax/AIFSN/ms of voice, video, best effort, background',
      value: 'LIST',
    },
    'cleared-elsewhere': {
      about: 'It was listened to from another channel, in so much time',
      value: 'TIME',
    },
  },
  positionals: { min: 0, max: 0 },
  async run(args, output) {
    const country = args.text('country')?.toUpperCase();
    if (country === undefined || !/^[A-Z0-9]{2}$/.test(country)) {
      throw new InputError(`--country: expected two letters such as DE, came '${country ?? ''}'`);
    }
    const channel = channelOf(args);
    const eirpDbm = eirpOf(args);
    const regdb = shippedRegdb();
    const wish = {
      country,
      channel,
      eirpDbm,
      indoor: args.flag('indoor'),
      edca: edcaOf(args),
      clearedElsewhereMs: args.durationMs('cleared-elsewhere'),
    };
    const { indoor } = wish;
    const verdicts = answerFor(wish);
    const allowed = verdicts.every(({ holds }) => holds);
    const domain = regdb.domains.get(country);
    const limits = domain === undefined ? null : limitsOfChannel(channel, domain);
    const dfs =
      domain === undefined || limits === null || !limits.radar
        ? null
        : { clearMs: limits.clearMs, nonOccupancyMs: nonOccupancyMs(domain) };
    if (output.json) {
      output.document({ country, channel, eirpDbm, indoor, allowed, verdicts, dfs });
      return 'held';
    }
    const where = `${country}, ${describeChannel(channel)}, ${eirpDbm} dBm EIRP, ${indoor ? 'indoors' : 'outdoors'}`;
    output.line(`${where}: ${allowed ? 'allowed' : 'not allowed'}`);
    const cells = verdicts.map(({ rule, holds, text, clause }) => [
      rule,
      holds ? 'holds' : 'broken',
      holds ? text : `${text} (${clause})`,
    ]);
    for (const line of table([['rule', '', ''], ...cells], '  ')) output.line(line);
    if (dfs !== null && allowed) {
      output.line(
        `Radar may be there: listened to for ${dfs.clearMs / 1_000} s before its first use, and closed for ${dfs.nonOccupancyMs / 60_000} min where it is heard.`,
      );
    }
    return 'held';
  },
};

/** What somebody would like a radio to do. */
export interface Wish {
  readonly country: string;
  readonly channel: Channel;
  readonly eirpDbm: number;
  readonly indoor: boolean;
  readonly edca?: RadioLegalState['edca'];
  /** It was cleared from another channel, in so much time. */
  readonly clearedElsewhereMs?: number | undefined;
}

export interface RuleAnswer {
  readonly rule: string;
  readonly clause: string;
  readonly holds: boolean;
  readonly text: string;
}

/** Every rule that looks at a wish alone. */
export function answerFor(wish: Wish): RuleAnswer[] {
  const question = questionOf(
    {
      tool: tools.setChannel.name,
      arguments: wish.channel,
      state: stateOf(wish),
      nowMs: 0,
      caller: '',
    },
    shippedRegdb(),
  );
  return rules
    .filter(({ id }) => !ofOneRadio.includes(id))
    .map((rule) => {
      const held = rule.holds(question);
      return {
        rule: rule.id,
        clause: rule.source,
        holds: held === true,
        text: held === true ? rule.text : held,
      };
    });
}

/** Four of cwMin/cwMax/AIFSN/ms, for voice, video, best effort and background. */
function edcaOf(args: Arguments): RadioLegalState['edca'] {
  const text = args.text('edca');
  if (text === undefined) return undefined;
  const parsed = AccessParameters.array()
    .length(4)
    .safeParse(
      text.split(',').map((one) => {
        const [cwMin, cwMax, aifsn, txopMs] = one.split('/').map(Number);
        return { cwMin, cwMax, aifsn, txopMs };
      }),
    );
  if (parsed.success) return parsed.data;
  throw new InputError(
    `--edca: expected four of cwMin/cwMax/AIFSN/ms with commas between, voice first, such as 3/7/2/2,7/15/2/4,15/63/3/6,15/1023/7/6, came '${text}'`,
  );
}

function channelOf(args: Arguments): Channel {
  const number = args.integer('channel');
  if (number === undefined) throw new InputError('--channel: expected its number, came none');
  const band = args.text('band');
  const width = Number(args.text('width'));
  const [bandRead, widthRead] = [Band.optional().safeParse(band), WidthMhz.safeParse(width)];
  if (!bandRead.success) throw new InputError(`--band: expected 2.4, 5 or 6, came '${band}'`);
  if (!widthRead.success) {
    throw new InputError(`--width: expected 20, 40, 80, 160 or 320, came '${args.text('width')}'`);
  }
  const centre = args.integer('centre');
  const channel = channelFromNumber({
    band: bandRead.data,
    number,
    widthMhz: widthRead.data,
    centre,
  });
  if (channel !== undefined) return channel;
  throw new InputError(
    `--channel: expected a channel of IEEE 802.11 with ${width} MHz, came ${number}${band === undefined ? '' : ` in ${band} GHz`}`,
  );
}

function eirpOf(args: Arguments): number {
  const text = args.text('eirp') ?? '';
  const eirpDbm = Number(text);
  if (text.trim() !== '' && eirpDbm >= -50 && eirpDbm <= 100) return eirpDbm;
  throw new InputError(`--eirp: expected dBm from -50 to 100, came '${text}'`);
}

/** A radio that could do anything. */
function stateOf({
  country,
  channel,
  eirpDbm,
  indoor,
  edca,
  clearedElsewhereMs,
}: Wish): RadioLegalState {
  const { centerMhz, widthMhz } = channel;
  return {
    country,
    indoor,
    antennaGainDbi: 0,
    channel,
    eirpDbm,
    silent: false,
    pinned: false,
    closures: [],
    bands: [channel.band],
    maxWidthMhz: widthMhz,
    minEirpDbm: eirpDbm,
    maxEirpDbm: eirpDbm,
    ...(edca === undefined ? {} : { edca }),
    ...(clearedElsewhereMs === undefined
      ? {}
      : { offChannelCleared: [{ centerMhz, widthMhz, listenedMs: clearedElsewhereMs }] }),
    stateVersion: 0,
  };
}
