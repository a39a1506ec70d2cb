// @ts-nocheck
// Airguard's messages for ChirpStack v4: paste into the codec of the device profile (JavaScript functions).
// Made from the code by `./airguard docs --write`.
//
// decodeUplink answers the same fields as `airguard lorawan decode`. A fragment is shown as what it is: the
// receiver of the cloud puts it together with the others.

var VERSION = 1;
var PORT = 10;
var FRAGMENT = 7;

// [name, bits, least, step, code of "not known" or -1], [name, 'flag'],
// [name, bits, names], [name, bits, fields of each in a list]
var KINDS = {
  1: { is: 'heartbeat', fields: [
    ['record', 24, 0, 1, -1],
    ['at', 32, 0, 1, -1],
    ['aloneMin', 14, 0, 1, -1],
    ['temperatureC', 8, -60, 1, 255],
    ['diskFree', 7, 0, 0.01, 127],
    ['cpu', 5, 0, 0.03333333333333333, 31],
    ['memory', 5, 0, 0.03333333333333333, 31],
    ['clockTrusted', 'flag'],
    ['brokerUp', 'flag'],
    ['modelLoaded', 'flag'],
    ['recording', 'flag'],
    ['legal', 'flag'],
    ['alertsWaiting', 6, 0, 1, -1],
    ['configuration', 16, 0, 1, -1],
    ['ledgerLength', 24, 0, 1, -1],
    ['radios', 3, { fields: [
      ['centerMhz', 13, 0, 1, 8191],
      ['width', 3, { names: ['none', '20', '40', '80', '160', '320'] }],
      ['eirpDbm', 6, -20, 1, 63],
      ['busy', 5, 0, 0.03333333333333333, 31],
      ['clients', 6, 0, 1, -1],
      ['health', 2, { names: ['good', 'degraded', 'failing', 'down'] }],
      ['silent', 'flag'],
      ['jammed', 'flag'],
      ['interfered', 'flag'],
    ] }],
  ] },
  2: { is: 'state', fields: [
    ['record', 24, 0, 1, -1],
    ['at', 32, 0, 1, -1],
    ['bootCount', 10, 0, 1, -1],
    ['upH', 13, 0, 1, -1],
    ['temperatureC', 8, -60, 1, 255],
    ['diskFree', 7, 0, 0.01, 127],
    ['cpu', 7, 0, 0.01, 127],
    ['memory', 7, 0, 0.01, 127],
    ['queued', 14, 0, 10, -1],
    ['latitude', 24, -90, 0.000010728836059570312, 16777215],
    ['longitude', 24, -180, 0.000021457672119140625, 16777215],
    ['radios', 3, { fields: [
      ['centerMhz', 13, 0, 1, 8191],
      ['primaryOffset', 5, 0, 1, 31],
      ['width', 3, { names: ['none', '20', '40', '80', '160', '320'] }],
      ['eirpDbm', 7, -20, 0.5, 127],
      ['busy', 7, 0, 0.01, 127],
      ['tx', 7, 0, 0.01, 127],
      ['noiseDbm', 7, -127, 1, 127],
      ['clients', 8, 0, 1, -1],
      ['mbps', 12, 0, 1, 4095],
      ['health', 2, { names: ['good', 'degraded', 'failing', 'down'] }],
      ['silent', 'flag'],
      ['pinned', 'flag'],
      ['jammed', 'flag'],
      ['interferer', 4, { names: ['none', 'unknown', 'wifi', 'microwave', 'bluetooth', 'zigbee', 'analogue_video', 'fhss_phone', 'radar', 'jammer_narrow', 'jammer_wide'] }],
      ['interfererDuty', 5, 0, 0.03333333333333333, 31],
      ['interfererDbm', 6, -124, 2, 63],
      ['anomaly', 5, 0, 0.03333333333333333, 31],
      ['radars', 4, 0, 1, -1],
      ['closures', 4, 0, 1, -1],
      ['temperatureC', 7, -20, 1, 127],
    ] }],
  ] },
  3: { is: 'alert', fields: [
    ['record', 24, 0, 1, -1],
    ['at', 32, 0, 1, -1],
    ['kind', 5, { names: ['radar', 'interferer', 'jammed', 'hot', 'disk_full', 'cloud_lost', 'legal_violation', 'radio_gone', 'clock_untrusted', 'model_missing', 'power_lost', 'restarted', 'ledger_broken', 'gnss_lost', 'moved'] }],
    ['severity', 2, { names: ['notice', 'warning', 'critical', 'emergency'] }],
    ['ended', 'flag'],
    ['radio', 4, 0, 1, 15],
    ['centerMhz', 13, 0, 1, 8191],
    ['width', 3, { names: ['none', '20', '40', '80', '160', '320'] }],
    ['lowMhz', 13, 0, 1, 8191],
    ['highMhz', 13, 0, 1, 8191],
    ['peakDbm', 8, -160, 1, 255],
    ['noiseDbm', 7, -127, 1, 127],
    ['looksLike', 4, { names: ['none', 'unknown', 'wifi', 'microwave', 'bluetooth', 'zigbee', 'analogue_video', 'fhss_phone', 'radar', 'jammer_narrow', 'jammer_wide'] }],
    ['duty', 7, 0, 0.01, 127],
    ['confidence', 7, 0, 0.01, 127],
    ['count', 10, 0, 1, -1],
    ['temperatureC', 8, -60, 1, 255],
    ['diskFree', 7, 0, 0.01, 127],
    ['rule', 6, 0, 1, 63],
    ['silent', 'flag'],
    ['latitude', 24, -90, 0.000010728836059570312, 16777215],
    ['longitude', 24, -180, 0.000021457672119140625, 16777215],
  ] },
  4: { is: 'acknowledgement', fields: [
    ['record', 24, 0, 1, -1],
    ['configuration', 24, 0, 1, -1],
    ['outcome', 3, { names: ['applied', 'unchanged', 'refused', 'failed', 'reverted'] }],
    ['reason', 5, 0, 1, 31],
  ] },
  5: { is: 'alert_short', fields: [
    ['record', 24, 0, 1, -1],
    ['at16', 16, 0, 1, -1],
    ['kind', 5, { names: ['radar', 'interferer', 'jammed', 'hot', 'disk_full', 'cloud_lost', 'legal_violation', 'radio_gone', 'clock_untrusted', 'model_missing', 'power_lost', 'restarted', 'ledger_broken', 'gnss_lost', 'moved'] }],
    ['severity', 2, { names: ['notice', 'warning', 'critical', 'emergency'] }],
    ['ended', 'flag'],
    ['radio', 4, 0, 1, 15],
    ['centerMhz', 13, 0, 1, 8191],
    ['width', 3, { names: ['none', '20', '40', '80', '160', '320'] }],
    ['peakDbm', 6, -124, 2, 63],
    ['confidence', 6, 0, 0.016129032258064516, 63],
  ] },
  6: { is: 'heartbeat_short', fields: [
    ['record', 24, 0, 1, -1],
    ['at16', 16, 0, 1, -1],
    ['aloneH', 5, 0, 1, -1],
    ['temperatureC', 6, -20, 2, 63],
    ['diskFree', 4, 0, 0.07142857142857142, 15],
    ['alertsWaiting', 5, 0, 1, -1],
    ['legal', 'flag'],
    ['health', 2, { names: ['good', 'degraded', 'failing', 'down'] }],
    ['radios', 3, 0, 1, -1],
    ['silent', 3, 0, 1, -1],
    ['jammed', 3, 0, 1, -1],
    ['busy', 3, 0, 0.16666666666666666, 7],
    ['clients', 5, 0, 4, -1],
  ] },
  16: { is: 'receipt', fields: [
    ['record', 24, 0, 1, -1],
  ] },
  17: { is: 'heartbeat_request', fields: [
    ['nonce', 8, 0, 1, -1],
  ] },
};

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
