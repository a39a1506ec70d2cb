/**
 * What `iw` prints, written after the sources named beside each; none of it was recorded from a
 * device. Tabs and spaces are as there.
 */

/** The radar bands of 5 GHz in ETSI's region. */
export function isRadar(mhz: number): boolean {
  return mhz >= 5250 && mhz <= 5730;
}

const listed = [
  5180, 5200, 5220, 5240, 5260, 5280, 5300, 5320, 5500, 5520, 5540, 5560, 5600, 5620, 5640, 5660,
  5720, 5745,
];

/** @see iw, phy.c: print_channels_handler() */
export function channelsText(dfsState: (mhz: number) => string, clearMs: number): string {
  const line = (mhz: number) => {
    const number = mhz < 3000 ? (mhz - 2407) / 5 : (mhz - 5000) / 5;
    if (mhz === 5720) return `\t* ${mhz} MHz [${number}] (disabled)\n`;
    const power = mhz < 3000 ? '20.0' : '23.0';
    const head = `\t* ${mhz} MHz [${number}] \n\t  Maximum TX power: ${power} dBm\n`;
    const widths = `\t  Channel widths: 20MHz HT40- HT40+${mhz < 3000 ? '' : ' VHT80'}\n`;
    return isRadar(mhz)
      ? `${head}\t  Radar detection\n${widths}\t  DFS state: ${dfsState(mhz)} (for 12 sec)\n\t  DFS CAC time: ${clearMs} ms\n`
      : `${head}${widths}`;
  };
  return `Band 1:\n${[2412, 2437, 2462].map(line).join('')}Band 2:\n${listed.map(line).join('')}`;
}

/** Of `/sys/class/ieee80211/phy0`; undefined for a file that is not there. */
export function sysfsText(
  file: string,
  chip: { family?: string; driver?: string; vendor?: string; device?: string },
): string | undefined {
  const { family = 'ath11k', vendor = '0x17cb', device = '0x1104' } = chip;
  const driver = chip.driver ?? (family === 'ath9k' ? 'ath9k' : `${family}_pci`);
  return {
    index: '0\n',
    'device/uevent': `DRIVER=${driver}\nPCI_SLOT_NAME=0000:01:00.0\n`,
    'device/vendor': `${vendor}\n`,
    'device/device': `${device}\n`,
  }[file];
}

/** @see iw, interface.c: print_iface_handler() */
export function interfaceText(
  block: { mhz: number; centerMhz: number; widthMhz: number } | undefined,
  dbm: number,
): string {
  const head =
    'Interface wlan0\n\tifindex 5\n\twdev 0x1\n\taddr 04:f0:21:00:00:01\n\tssid airguard\n\ttype AP\n\twiphy 0\n';
  const queues =
    '\tmulticast TXQ:\n\t\tqsz-byt\tqsz-pkt\tflows\tdrops\tmarks\toverlmt\thashcol\ttx-bytes\ttx-packets\n\t\t0\t0\t0\t0\t0\t0\t0\t0\t\t0\n';
  if (block === undefined) return `${head}\ttxpower 0.00 dBm\n${queues}`;
  const { mhz, centerMhz, widthMhz } = block;
  const number = mhz < 3000 ? (mhz - 2407) / 5 : (mhz - 5000) / 5;
  return `${head}\tchannel ${number} (${mhz} MHz), width: ${widthMhz} MHz, center1: ${centerMhz} MHz\n\ttxpower ${dbm.toFixed(2)} dBm\n${queues}`;
}

/** A quarter busy from the beginning on. @see iw, survey.c: print_survey_handler() */
export function surveyText(mhz: number | undefined, nowUs: number): string {
  const ms = Math.floor(nowUs / 1_000);
  const times = [
    `channel active time:\t\t${ms}`,
    `channel busy time:\t\t${Math.floor(ms / 4)}`,
    `channel receive time:\t\t${Math.floor(ms / 8)}`,
    `channel transmit time:\t\t${Math.floor(ms / 16)}`,
  ];
  const own = `Survey data from wlan0\n\tfrequency:\t\t\t${mhz} MHz [in use]\n\tnoise:\t\t\t\t-101 dBm\n${times.map((line) => `\t${line} ms\n`).join('')}`;
  return `${mhz === undefined ? '' : own}Survey data from wlan0\n\tfrequency:\t\t\t5745 MHz\n`;
}

/** @see iw, info.c: print_phy_handler(); util.c: print_ht_capability(), print_vht_info() */
export const phyInfo = `Wiphy phy0
	wiphy index: 0
	max # scan SSIDs: 16
	Band 1:
		Capabilities: 0x19ef
			RX LDPC
			HT20/HT40
		Frequencies:
			* 2412 MHz [1] (20.0 dBm)
			* 2437 MHz [6] (20.0 dBm)
			* 2462 MHz [11] (20.0 dBm)
	Band 2:
		Capabilities: 0x19ef
			RX LDPC
			HT20/HT40
		VHT Capabilities (0x339b79b2):
			Max MPDU length: 11454
			Supported Channel Width: neither 160 nor 80+80
		Frequencies:
			* 5180 MHz [36] (23.0 dBm)
			* 5260 MHz [52] (20.0 dBm) (radar detection)
			* 5720 MHz [144] (disabled)
	Supported interface modes:
		 * managed
		 * AP
		 * monitor
		 * mesh point
	software interface modes (can always be added):
		 * AP/VLAN
`;

/** @see iw, station.c: print_sta_handler() */
export const stations = `Station 02:00:00:00:00:0a (on wlan0)
	inactive time:	20 ms
	rx bytes:	1250000
	rx packets:	1000
	tx bytes:	2500000
	tx packets:	2000
	signal:  	-47 [-49, -52] dBm
	signal avg:	-48 [-50, -53] dBm
	tx bitrate:	144.4 MBit/s MCS 15 short GI
	connected time:	3600 seconds
`;

/** @see iw, scan.c: print_bss_handler() */
export const neighbours = `BSS 02:00:00:00:00:01(on wlan0)
	last seen: 120 ms ago
	TSF: 61772345 usec (0d, 00:01:01)
	freq: 5180.0
	beacon interval: 100 TUs
	capability: ESS (0x0001)
	signal: -61.00 dBm
	SSID: ours
	BSS Load:
		 * station count: 3
		 * channel utilisation: 51/255
		 * available admission capacity: 0 [*32us]
	HT operation:
		 * primary channel: 36
		 * secondary channel offset: above
	VHT operation:
		 * channel width: 1 (80 MHz)
		 * center freq segment 1: 42
		 * center freq segment 2: 0
BSS 02:00:00:00:00:02(on wlan0)
	freq: 2437
	signal: -80.00 dBm
	SSID: next door
`;
