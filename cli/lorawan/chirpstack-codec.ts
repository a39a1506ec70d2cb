/** The codec that people paste into a device profile of ChirpStack, made from the tables of the messages. */
import type { Field, FieldTable } from '#protocols/lorawan/fields.ts';
import { topCode } from '#protocols/lorawan/fields.ts';
import { FRAGMENT_NUMBER, LORA_PORT, LORA_VERSION, messages } from '#protocols/lorawan/messages.ts';

export function chirpstackCodec(): string {
  const kinds = Object.entries(messages).map(([is, { number, fields }]) => {
    return `  ${number}: { is: '${is}', fields: ${tableText(fields, '  ')} },`;
  });
  return `${head}
var VERSION = ${LORA_VERSION};
var PORT = ${LORA_PORT};
var FRAGMENT = ${FRAGMENT_NUMBER};

// [name, bits, least, step, code of "not known" or -1], [name, 'flag'],
// [name, bits, names], [name, bits, fields of each in a list]
var KINDS = {
${kinds.join('\n')}
};
${reader}`;
}

function tableText(fields: FieldTable, indent: string): string {
  const rows = Object.entries(fields).map(
    ([name, field]) => `${indent}  ${rowText(name, field, `${indent}  `)},`,
  );
  return `[\n${rows.join('\n')}\n${indent}]`;
}

function rowText(name: string, field: Field, indent: string): string {
  switch (field.kind) {
    case 'flag':
      return `['${name}', 'flag']`;
    case 'choice':
      return `['${name}', ${field.bits}, { names: [${field.names.map((each) => `'${each}'`).join(', ')}] }]`;
    case 'list':
      return `['${name}', ${field.bits}, { fields: ${tableText(field.fields, indent)} }]`;
    case 'quantity': {
      const unknown = field.nullable ? topCode(field) + 1 : -1;
      return `['${name}', ${field.bits}, ${field.least}, ${field.step}, ${unknown}]`;
    }
  }
}

const head = `// @ts-nocheck
// Airguard's messages for ChirpStack v4: paste into the codec of the device profile (JavaScript functions).
// Made from the code by \`./airguard docs --write\`.
//
// decodeUplink answers the same fields as \`airguard lorawan decode\`. A fragment is shown as what it is: the
// receiver of the cloud puts it together with the others.
`;

const reader = `
function decodeUplink(input) {
  if (input.fPort !== PORT) return { errors: ['expected port ' + PORT + ', came ' + input.fPort] };
  try {
    return { data: decodeMessage(input.bytes) };
  } catch (error) {
    return { errors: [error.message] };
  }
}

function decodeMessage(bytes) {
  if (bytes.length === 0) throw new Error('expected a message of at least one byte, none came');
  if (bytes[0] >> 5 !== VERSION) {
    throw new Error('expected version ' + VERSION + ' of the messages, came version ' + (bytes[0] >> 5));
  }
  var number = bytes[0] & 31;
  if (number === FRAGMENT) return fragment(bytes);
  var kind = KINDS[number];
  if (kind === undefined) throw new Error('expected a known kind of message, came kind ' + number);
  var reader = { bytes: bytes, bit: 8 };
  var message = readFields(reader, kind.fields, { is: kind.is });
  var rest = bytes.length * 8 - reader.bit;
  if (rest >= 8) throw new Error(kind.is + ': expected its end, more bytes came');
  if (read(reader, rest) !== 0) throw new Error(kind.is + ': expected zeros behind the last field');
  return message;
}

function fragment(bytes) {
  if (bytes.length <= 3) throw new Error('expected a fragment of more than 3 bytes');
  var bits = bytes[1] * 256 + bytes[2];
  var share = '';
  for (var i = 3; i < bytes.length; i += 1) share += (bytes[i] < 16 ? '0' : '') + bytes[i].toString(16);
  return { is: 'fragment', id: bits >> 10, place: (bits >> 5) & 31, last: bits & 31, share: share };
}

function readFields(reader, fields, into) {
  for (var i = 0; i < fields.length; i += 1) into[fields[i][0]] = readField(reader, fields[i]);
  return into;
}

function readField(reader, field) {
  if (field[1] === 'flag') return read(reader, 1) === 1;
  var code = read(reader, field[1]);
  var more = field[2];
  if (typeof more === 'number') {
    return code === field[4] ? null : Number((more + code * field[3]).toFixed(7));
  }
  if (more.names !== undefined) {
    if (code >= more.names.length) throw new Error(field[0] + ': came ' + code + ', which names nothing');
    return more.names[code];
  }
  var items = [];
  for (var i = 0; i < code; i += 1) items.push(readFields(reader, more.fields, {}));
  return items;
}

function read(reader, bits) {
  if (reader.bit + bits > reader.bytes.length * 8) throw new Error('the message ends too early');
  var value = 0;
  for (var i = 0; i < bits; i += 1) {
    value = value * 2 + ((reader.bytes[reader.bit >> 3] >> (7 - (reader.bit & 7))) & 1);
    reader.bit += 1;
  }
  return value;
}
`;
