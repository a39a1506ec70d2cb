/** A floor plan as SVG: radios where they stand, flows as lines as broad as what they carry. */
import type { SceneFile } from '#sim/air/packet/scene-file.ts';
import { escapeMarkup, niceLength, okabeIto, px } from '../svg.ts';
import { wrap } from '../wrap.ts';

const SIZE_PX = 720;
const LEFT_PX = 40;
/** Room for the last label. */
const RIGHT_PX = 160;
const TOP_PX = 104;
const FOOT_PX = 80;

export function planSvg(file: SceneFile, mbps: readonly number[]): string {
  const xs = file.radios.map(({ at: [x = 0] }) => x);
  const ys = file.radios.map(({ at: [, y = 0] }) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const spanM = Math.max(Math.max(...xs) - left, Math.max(...ys) - top, 1);
  const scale = (SIZE_PX - LEFT_PX - RIGHT_PX) / spanM;
  const height = Math.round((Math.max(...ys) - top) * scale + TOP_PX + FOOT_PX);
  const place = new Map(
    file.radios.map(({ id, at: [x = 0, y = 0] }) => {
      const px = { x: (x - left) * scale + LEFT_PX, y: (y - top) * scale + TOP_PX };
      return [id, px] as const;
    }),
  );
  const channels = [...new Set(file.radios.map(({ channel }) => channel))].sort((a, b) => a - b);
  const colourOf = (channel: number) => okabeIto[channels.indexOf(channel) % okabeIto.length]!;
  const most = Math.max(...mbps, 1e-9);
  const channelOf = new Map(file.radios.map(({ id, channel }) => [id, channel]));

  const lines = file.flows.map(({ from, to }, flow) => {
    const a = place.get(from)!;
    const b = place.get(to)!;
    const width = 1.5 + (7 * mbps[flow]!) / most;
    const ends = `x1="${px(a.x)}" y1="${px(a.y)}" x2="${px(b.x)}" y2="${px(b.y)}"`;
    const colour = colourOf(channelOf.get(from)!);
    return `<line ${ends} stroke="${colour}" stroke-width="${px(width)}" stroke-linecap="round" opacity="0.55"/>`;
  });
  const rates = new Map<string, number>();
  file.flows.forEach(({ from }, flow) => {
    rates.set(from, (rates.get(from) ?? 0) + mbps[flow]!);
  });
  const radios = file.radios.flatMap(({ id, channel }) => {
    const { x, y } = place.get(id)!;
    const rate = rates.get(id);
    const isSender = rate !== undefined;
    return [
      `<circle cx="${px(x)}" cy="${px(y)}" r="${isSender ? 7 : 4}" fill="${isSender ? colourOf(channel) : '#fff'}" stroke="${colourOf(channel)}" stroke-width="2"><title>${escapeMarkup(id)}, channel ${channel}</title></circle>`,
      ...(isSender ? [label(x - 8, y - 12, `${id}: ${rate.toFixed(2)} Mb/s`)] : []),
    ];
  });
  const bar = niceLength(spanM / 4);
  const foot = height - 24;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE_PX} ${height}" width="${SIZE_PX}" height="${height}" font-family="system-ui, sans-serif" font-size="13">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    label(LEFT_PX - 20, 24, file.name, 'font-size="15" font-weight="bold"'),
    ...wrap(file.about, '').map((line, index) => label(LEFT_PX - 20, 44 + 16 * index, line)),
    ...lines,
    ...radios,
    `<line x1="${LEFT_PX}" y1="${foot}" x2="${px(LEFT_PX + bar * scale)}" y2="${foot}" stroke="#333" stroke-width="2"/>`,
    label(LEFT_PX, foot - 8, `${bar} m`),
    ...channels.map((channel, index) =>
      label(220 + 110 * index, foot, `channel ${channel}`, `fill="${colourOf(channel)}"`),
    ),
    '</svg>',
    '',
  ].join('\n');
}

function label(x: number, y: number, text: string, more = ''): string {
  return `<text x="${px(x)}" y="${px(y)}" ${more}>${escapeMarkup(text)}</text>`;
}
