import { Reassembly } from '#cloud/lorawan/reassembly.ts';
import { InputError } from '#protocols/errors.ts';
import { decodeMessage } from '#protocols/lorawan/codec.ts';
import { readFragment } from '#protocols/lorawan/fragments.ts';
import type { LoraMessage } from '#protocols/lorawan/messages.ts';
import type { Command } from '../command.ts';
import { RealClock } from '../live/real-clock.ts';
import { linesOf } from './message-text.ts';

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
    else for (const line of read.flatMap(linesOf)) output.line(line);
    return 'held';
  },
};

function bytesOf(text: string): Uint8Array {
  const hex = text.replaceAll(/[\s:]/g, '');
  if (hex.length % 2 === 0 && /^[0-9A-Fa-f]+$/.test(hex)) return Buffer.from(hex, 'hex');
  throw new InputError(`'${text}': expected pairs of hexadecimal digits, such as 2500004d…`);
}
