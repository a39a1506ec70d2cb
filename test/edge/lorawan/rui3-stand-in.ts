/**
 * Stands in for a RAK3172 with RUI3 on the other end of a serial line. Written from the manual of its AT
 * commands: it takes those commands that the modem uses and refuses every other, checks every parameter,
 * and notes a command that comes before the last was answered, which the manual forbids. It has no radio: a
 * test says what the network does.
 */
type Check = (parameter: string) => boolean;

const isDigit =
  (least: number, most: number): Check =>
  (text) =>
    /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
const isHex =
  (digits: number): Check =>
  (text) =>
    new RegExp(`^[0-9A-Fa-f]{${digits}}$`).test(text);

const settings: Readonly<Record<string, Check>> = {
  'AT+NJM': isDigit(0, 1),
  'AT+CLASS': (text) => /^[ABC]$/.test(text),
  'AT+BAND': isDigit(0, 12),
  'AT+MASK': isHex(4),
  'AT+ADR': isDigit(0, 1),
  'AT+DR': isDigit(0, 7),
  'AT+CFM': isDigit(0, 1),
  'AT+DCS': isDigit(0, 1),
  'AT+DEVEUI': isHex(16),
  'AT+APPEUI': isHex(16),
  'AT+APPKEY': isHex(32),
};

export class Rui3StandIn {
  readonly values = new Map<string, string>([
    ['AT+NWM', '1'],
    ['AT+ADR', '1'],
    ['AT+NJS', '0'],
  ]);
  readonly commands: string[] = [];
  /** Commands that came too early. */
  readonly hasty: string[] = [];
  readonly sent: { port: number; payload: Buffer; dr: string | undefined }[] = [];
  echoes = false;
  hasNetwork = true;
  isMute = false;
  dutyLimited = false;
  maxPayload = 51;
  /** Told with the next frame. */
  downlinks: string[] = [];
  readonly #write: (text: string) => void;
  readonly #later: (task: () => void) => void;
  #rest = '';
  #isAnswering = false;
  #isSending = false;

  constructor(write: (text: string) => void, later: (task: () => void) => void) {
    this.#write = write;
    this.#later = later;
  }

  hear(text: string): void {
    const lines = (this.#rest + text).split('\r\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      this.commands.push(line);
      if (this.isMute) continue;
      if (this.#isAnswering) this.hasty.push(line);
      this.#isAnswering = true;
      if (this.echoes) this.#write(`${line}\r\n`);
      this.#later(() => {
        this.#isAnswering = false;
        this.#answer(line);
      });
    }
  }

  #answer(line: string): void {
    const [name = '', parameter] = line.split(/=(.*)/);
    if (line === 'AT') this.#status('OK');
    else if (parameter === '?' && this.values.has(name)) {
      this.#write(`${name}=${this.values.get(name)}\r\n`);
      this.#status('OK');
    } else if (name === 'AT+JOIN') this.#join(parameter ?? '');
    else if (name === 'AT+SEND') this.#send(parameter ?? '');
    else if (settings[name] === undefined) this.#status('AT_COMMAND_NOT_FOUND');
    else if (parameter === undefined || !settings[name](parameter)) this.#status('AT_PARAM_ERROR');
    else if (name === 'AT+DR' && this.values.get('AT+ADR') === '1') this.#status('AT_ERROR');
    else {
      this.values.set(name, parameter);
      this.#status('OK');
    }
  }

  #status(status: string): void {
    this.#write(`\r\n${status}\r\n`);
  }

  #join(parameter: string): void {
    if (!/^[01]:[01]:\d{1,3}:\d{1,3}$/.test(parameter)) {
      this.#status('AT_PARAM_ERROR');
      return;
    }
    this.#status('OK');
    this.#later(() => {
      if (this.hasNetwork) this.values.set('AT+NJS', '1');
      this.#write(this.hasNetwork ? '+EVT:JOINED\r\n' : '+EVT:JOIN_FAILED_RX_TIMEOUT\r\n');
    });
  }

  #send(parameter: string): void {
    const match = /^(\d{1,3}):((?:[0-9A-Fa-f]{2})+)$/.exec(parameter);
    const port = Number(match?.[1]);
    const payload = Buffer.from(match?.[2] ?? '', 'hex');
    if (match === null || port < 1 || port > 223 || payload.length > this.maxPayload) {
      this.#status('AT_PARAM_ERROR');
    } else if (this.values.get('AT+NJS') !== '1') this.#status('AT_NO_NETWORK_JOINED');
    else if (this.#isSending) this.#status('AT_BUSY_ERROR');
    else if (this.dutyLimited) this.#status('AT_DUTYCYCLE_RESTRICTED');
    else {
      this.#isSending = true;
      this.#status('OK');
      this.#later(() => {
        this.#isSending = false;
        this.sent.push({ port, payload, dr: this.values.get('AT+DR') });
        for (const event of this.downlinks.splice(0)) this.#write(`+EVT:${event}\r\n`);
        this.#write('+EVT:TX_DONE\r\n');
      });
    }
  }
}
