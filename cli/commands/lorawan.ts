import type { Command } from '../command.ts';
import { airtime } from '../lorawan/airtime.ts';
import { decode } from '../lorawan/decode.ts';
import { listen } from '../lorawan/listen.ts';
import { tryOut } from '../lorawan/try.ts';

export const lorawan: Command = {
  name: 'lorawan',
  summary: 'What nodes say over LoRaWAN when they reach the cloud no other way.',
  usage: 'airtime | decode | listen | try [options]',
  examples: ['airguard lorawan airtime --region EU868 --dr 0 --bytes 51'],
  options: {},
  subcommands: [airtime, decode, listen, tryOut],
};
