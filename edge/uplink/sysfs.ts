/** Small files of the kernel; a sensor that sleeps gives an error rather than a number. */
import { readdirSync, readFileSync } from 'node:fs';
import { Word } from '#protocols/telemetry/fields.ts';

/** Names in a folder, by their number; none where there is no folder. */
export function namesIn(folder: string, form: RegExp): string[] {
  const numberOf = (name: string) => Number(/\d+/.exec(name)?.[0]);
  try {
    const names = readdirSync(folder).filter((name) => form.test(name));
    return names.sort((one, other) => numberOf(one) - numberOf(other));
  } catch {
    return [];
  }
}

export function textIn(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

export function numberIn(file: string): number | undefined {
  const text = textIn(file);
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

/** A sensor's label as a word of a record, with the number that tells two of one label apart. */
export function sensorWord(label: string, number: string): string {
  const words = label.toLowerCase().match(/[a-z0-9]+/g) ?? ['sensor'];
  const word = `${words.join('-').slice(0, 32).replace(/-$/, '')}-${number}`;
  return Word.safeParse(word).success ? word : `sensor-${number}`;
}
