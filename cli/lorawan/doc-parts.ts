/** The parts of docs/edge/lorawan.md that are made from the code. */
import { dataFrameUs } from '#protocols/lorawan/airtime.ts';
import { bitsOf, type Field, type FieldTable, topCode } from '#protocols/lorawan/fields.ts';
import { messages } from '#protocols/lorawan/messages.ts';
import { regions } from '#protocols/lorawan/regions.ts';

const RADIOS = [1, 3, 6, 7];

export function loraParts(): Readonly<Record<string, string>> {
  return { rates: ratesTable(), sizes: sizesTable(), fields: fieldTables() };
}

function ratesTable(): string {
  const rows = regions.flatMap(({ name, rates }) =>
    rates.map(
      (rate) =>
        `| ${name} | ${rate.dr} | ${rate.spreadingFactor} | ${rate.bandwidthHz / 1_000} | ${rate.payloadBytes} | ${(dataFrameUs(rate, rate.payloadBytes) / 1_000).toFixed(1)} | ${rate.confirmed ? 'yes' : 'no'} |`,
    ),
  );
  return [
    '| region | DR | SF | kHz | payload, B | ms on the air | confirmed |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function sizesTable(): string {
  const bytes = (fields: FieldTable, radios: number) => Math.ceil((8 + bitsOf(fields, radios)) / 8);
  const rows = Object.entries(messages).map(([is, { number, maxBytes, way, fields }]) => {
    const hasList = Object.values(fields).some(({ kind }: Field) => kind === 'list');
    const sizes = hasList
      ? RADIOS.map((radios) => `${bytes(fields, radios)} (${radios})`).join(', ')
      : `${bytes(fields, 0)}`;
    return `| \`${is}\` | ${number} | ${way} | ${sizes} | ${maxBytes} |`;
  });
  return [
    '| message | kind | way | bytes (with so many radios) | ceiling |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function fieldTables(): string {
  return Object.entries(messages)
    .map(([is, { fields }]) => `### \`${is}\`\n\n${fieldTable(fields)}`)
    .join('\n\n');
}

function fieldTable(fields: FieldTable): string {
  return ['| field | bits | values | |', '|---|---|---|---|', ...fieldRows(fields, '')].join('\n');
}

function fieldRows(fields: FieldTable, indent: string): string[] {
  return Object.entries(fields).flatMap(([name, field]) => [
    `| ${indent}\`${name}\` | ${field.bits} | ${values(field)} | ${field.about} |`,
    ...(field.kind === 'list' ? fieldRows(field.fields, `${indent}· `) : []),
  ]);
}

function values(field: Field): string {
  if (field.kind === 'flag') return 'yes or no';
  if (field.kind === 'list') return 'how many, then each';
  if (field.kind === 'choice') {
    return field.names
      .map((name, code) => `${code} ${name}`)
      .join(', ')
      .replaceAll('_', ' ');
  }
  const { least, step, unit, nullable } = field;
  const most = least + topCode(field) * step;
  const suffix = unit === '1' ? '' : ` ${unit}`;
  const range = `${rounded(least)} to ${rounded(most)}${suffix}`;
  return `${range}${step === 1 ? '' : `, steps of ${rounded(step)}`}${nullable ? ', or not known' : ''}`;
}

function rounded(value: number): string {
  return Number.isInteger(value)
    ? String(value)
    : String(Number(value.toPrecision(Math.abs(value) < 1 ? 3 : 8)));
}
