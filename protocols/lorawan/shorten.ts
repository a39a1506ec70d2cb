/** What is left of a message where a frame has room for eleven bytes. */
import type { LoraAlert, LoraHeartbeat, LoraMessage } from './messages.ts';

/** The short form of a message, or itself where it has none: its fragments are sent then. */
export function shortened(message: LoraMessage): LoraMessage {
  if (message.is === 'alert') return shortAlert(message);
  return message.is === 'heartbeat' ? shortHeartbeat(message) : message;
}

function shortAlert(alert: LoraAlert): LoraMessage {
  const { record, at, kind, severity, ended, radio, centerMhz, width, peakDbm, confidence } = alert;
  return {
    is: 'alert_short',
    record,
    at16: at % 65_536,
    kind,
    severity,
    ended,
    radio,
    centerMhz,
    width,
    peakDbm,
    confidence,
  };
}

const worst = ['good', 'degraded', 'failing', 'down'] as const;

function shortHeartbeat(heartbeat: LoraHeartbeat): LoraMessage {
  const { record, at, temperatureC, diskFree, alertsWaiting, legal, radios } = heartbeat;
  const busy = radios.flatMap((radio) => radio.busy ?? []);
  return {
    is: 'heartbeat_short',
    record,
    at16: at % 65_536,
    aloneH: Math.floor(heartbeat.aloneMin / 60),
    temperatureC,
    diskFree,
    alertsWaiting,
    legal,
    health: worst.findLast((each) => radios.some(({ health }) => health === each)) ?? 'good',
    radios: radios.length,
    silent: radios.filter(({ silent }) => silent).length,
    jammed: radios.filter(({ jammed }) => jammed).length,
    busy: busy.length === 0 ? null : Math.max(...busy),
    clients: radios.reduce((sum, { clients }) => sum + clients, 0),
  };
}
