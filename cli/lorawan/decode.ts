import { Reassembly } from '#cloud/lorawan/reassembly.ts';
import { InputError } from '#protocols/errors.ts';
import { decodeMessage } from '#protocols/lorawan/codec.ts';
import { readFragment } from '#protocols/lorawan/fragments.ts';
import type { LoraMessage } from '#protocols/lorawan/messages.ts';
import type { Command, Output } from '../command.ts';
import { RealClock } from '../live/real-clock.ts';
import { table } from '../table.ts';

export const decode: Command = {
  name: 'decode',
  summary: 'Reads frames, given in hexadecimal; several are put together when they are fragments.',
  usage: 'HEX…',
  examples: ['airguard lorawan decode 2500004dcf1e041a5537fe'],
  options: {},
  positionals: { min: 1, max: 64 },
  async run(args, output) {
    const reassembly = new Reassembly(new RealClock());
    const read: LoraMessage[] = [];
    for (const text of args.positionals) {
      const frame = bytesOf(text);
      const fragment = readFragment(frame);
      if (fragment !== undefined && !fragment.ok)
        throw new InputError(`${text}: ${fragment.error}`);
      const whole = fragment === undefined ? frame : reassembly.take(fragment.value);
      if (whole === undefined) continue;
      const outcome = decodeMessage(whole);
      if (!outcome.ok) throw new InputError(`${text}: ${outcome.error}`);
      read.push(outcome.value);
    }
    if (read.length === 0) {
      const why = reassembly.damaged > 0 ? 'their checksum does not hold' : 'some are missing';
      throw new InputError(`expected all fragments of a message; ${why}`);
    }
    if (output.json) output.document({ messages: read });
    else for (const message of read) show(message, output);
    return 'held';
  },
};

function bytesOf(text: string): Uint8Array {
  const hex = text.replaceAll(/[\s:]/g, '');
  if (hex.length % 2 === 0 && /^[0-9A-Fa-f]+$/.test(hex)) return Buffer.from(hex, 'hex');
  throw new InputError(`'${text}': expected pairs of hexadecimal digits, such as 2500004d…`);
}

function show(message: LoraMessage, output: Output): void {
  const { is, ...values } = message;
  output.line(is.replaceAll('_', ', '));
  const lists: [string, readonly Readonly<Record<string, unknown>>[]][] = [];
  const rows: (readonly [string, string])[] = [];
  for (const [name, value] of Object.entries(values)) {
    if (Array.isArray(value)) lists.push([name, value]);
    else rows.push([name, shown(name, value)]);
  }
  for (const line of table(rows, '  ')) output.line(line);
  for (const [name, items] of lists) {
    const [first] = items;
    output.line(`  ${name}${first === undefined ? ': none' : ''}`);
    if (first === undefined) continue;
    // A field a line, an item a column: narrower than the other way about.
    const names = Object.keys(first);
    const lines = table(
      [
        ['', ...items.map((_, index) => String(index))],
        ...names.map((each) => [each, ...items.map((item) => shown(each, item[each]))]),
      ],
      '    ',
    );
    for (const line of lines) output.line(line);
  }
}

function shown(name: string, value: unknown): string {
  if (value === null) return '–';
  if (name === 'at') return new Date(Number(value) * 1_000).toISOString().replace('.000', '');
  if (typeof value === 'number') return String(Math.round(value * 1_000) / 1_000);
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}
