/**
 * What the law asks and the regulatory database cannot say, a clause each. A row is `confirmed` when
 * its text, or a quotation of it, was at hand when it was entered.
 */

export type Quantity =
  | 'clearing'
  | 'weatherClearing'
  | 'offChannelClearing'
  | 'offChannelClearingMost'
  | 'weatherOffChannelClearing'
  | 'weatherOffChannelClearingMost'
  | 'nonOccupancy'
  | 'channelMove'
  | 'closingTransmission'
  | 'detectionThreshold'
  | 'detectionThresholdLowPower'
  | 'eirpWithoutTpc'
  | 'density';

export interface Limit {
  readonly id: string;
  readonly quantity: Quantity;
  readonly region: 'FCC' | 'ETSI';
  readonly value: number;
  readonly unit: 'ms' | 'dBm' | 'dBm/MHz';
  /** Where in the spectrum it holds; everywhere when left out. */
  readonly lowMhz?: number;
  readonly highMhz?: number;
  readonly text: string;
  readonly clause: string;
  /** Where the text was read. */
  readonly source: string;
  readonly confirmed: boolean;
}

const kernelEtsi = 'Linux wireless documentation, "ETSI DFS regulatory", quoting the standard';
const memory = 'from knowledge of the text, not read again';

export const limits: readonly Limit[] = [
  {
    id: 'fcc-clearing',
    quantity: 'clearing',
    region: 'FCC',
    value: 60_000,
    unit: 'ms',
    text: 'A radar channel is listened to for 60 s before its first use.',
    clause: '47 CFR 15.407(h)(2)(ii)',
    source: 'manufacturers’ documentation of the channel availability check',
    confirmed: true,
  },
  {
    id: 'etsi-clearing',
    quantity: 'clearing',
    region: 'ETSI',
    value: 60_000,
    unit: 'ms',
    text: 'A radar channel is listened to for 60 s before its first use.',
    clause: 'ETSI EN 301 893 V1.5.1, table D.1',
    source: kernelEtsi,
    confirmed: true,
  },
  {
    id: 'etsi-clearing-weather',
    quantity: 'weatherClearing',
    region: 'ETSI',
    value: 600_000,
    unit: 'ms',
    lowMhz: 5600,
    highMhz: 5650,
    text: 'A channel any part of which lies in 5600 to 5650 MHz is listened to for ten minutes.',
    clause: 'ETSI EN 301 893 V1.5.1, table D.1, note 1',
    source: `${kernelEtsi}; Alvarion BreezeMAX Extreme manual, 4.7.2.2.2.3.3`,
    confirmed: true,
  },
  {
    id: 'etsi-off-channel-clearing',
    quantity: 'offChannelClearing',
    region: 'ETSI',
    value: 360_000,
    unit: 'ms',
    text: 'Short checks of a channel while another is in use are spread over six minutes or more.',
    clause: 'ETSI EN 301 893 V1.8.1, table D.1',
    source: 'Linux commit a95bfb876fa8, quoting the standard',
    confirmed: true,
  },
  {
    id: 'etsi-off-channel-clearing-most',
    quantity: 'offChannelClearingMost',
    region: 'ETSI',
    value: 14_400_000,
    unit: 'ms',
    text: 'Short checks of a channel while another is in use are spread over four hours at most.',
    clause: 'ETSI EN 301 893 V1.5.1, table D.1',
    source: kernelEtsi,
    confirmed: true,
  },
  {
    id: 'etsi-off-channel-clearing-weather',
    quantity: 'weatherOffChannelClearing',
    region: 'ETSI',
    value: 3_600_000,
    unit: 'ms',
    lowMhz: 5600,
    highMhz: 5650,
    text: 'Where weather radars are, such checks are spread over an hour or more.',
    clause: 'ETSI EN 301 893 V1.8.1, table D.1, note 2',
    source: memory,
    confirmed: false,
  },
  {
    id: 'etsi-off-channel-clearing-weather-most',
    quantity: 'weatherOffChannelClearingMost',
    region: 'ETSI',
    value: 86_400_000,
    unit: 'ms',
    lowMhz: 5600,
    highMhz: 5650,
    text: 'Where weather radars are, such checks are spread over 24 hours at most.',
    clause: 'ETSI EN 301 893 V1.5.1, table D.1, note 2',
    source: memory,
    confirmed: false,
  },
  {
    id: 'fcc-non-occupancy',
    quantity: 'nonOccupancy',
    region: 'FCC',
    value: 1_800_000,
    unit: 'ms',
    text: 'After radar, the channel stays unused for at least 30 minutes.',
    clause: '47 CFR 15.407(h)(2)(iv)',
    source: 'Code of Federal Regulations',
    confirmed: true,
  },
  {
    id: 'etsi-non-occupancy',
    quantity: 'nonOccupancy',
    region: 'ETSI',
    value: 1_800_000,
    unit: 'ms',
    text: 'After radar, the channel stays unused for at least 30 minutes.',
    clause: 'ETSI EN 301 893 V1.5.1, table D.1',
    source: kernelEtsi,
    confirmed: true,
  },
  {
    id: 'fcc-channel-move',
    quantity: 'channelMove',
    region: 'FCC',
    value: 10_000,
    unit: 'ms',
    text: 'All transmission on the channel has ended 10 s after radar was heard.',
    clause: '47 CFR 15.407(h)(2)(iii)',
    source: memory,
    confirmed: false,
  },
  {
    id: 'etsi-channel-move',
    quantity: 'channelMove',
    region: 'ETSI',
    value: 10_000,
    unit: 'ms',
    text: 'All transmission on the channel has ended 10 s after radar was heard.',
    clause: 'ETSI EN 301 893 V1.5.1, table D.1',
    source: kernelEtsi,
    confirmed: true,
  },
  {
    id: 'fcc-closing-transmission',
    quantity: 'closingTransmission',
    region: 'FCC',
    value: 260,
    unit: 'ms',
    text: 'Within the channel move time the radio sends for 200 ms, and 60 ms in sum after that.',
    clause: 'FCC KDB 905462 D02, table 4',
    source: memory,
    confirmed: false,
  },
  {
    id: 'etsi-closing-transmission',
    quantity: 'closingTransmission',
    region: 'ETSI',
    value: 1_000,
    unit: 'ms',
    text: 'Within the channel move time the radio sends for 1 s in sum (260 ms up to V1.4.1).',
    clause: 'ETSI EN 301 893 V1.5.1, table D.1',
    source: kernelEtsi,
    confirmed: true,
  },
  {
    id: 'fcc-detection-threshold',
    quantity: 'detectionThreshold',
    region: 'FCC',
    value: -64,
    unit: 'dBm',
    text: 'Radar counts from -64 dBm on, at 200 mW EIRP and more.',
    clause: '47 CFR 15.407(h)(2)',
    source: memory,
    confirmed: false,
  },
  {
    id: 'fcc-detection-threshold-low-power',
    quantity: 'detectionThresholdLowPower',
    region: 'FCC',
    value: -62,
    unit: 'dBm',
    text: 'Radar counts from -62 dBm on, below 200 mW EIRP and 10 dBm/MHz.',
    clause: '47 CFR 15.407(h)(2)',
    source: memory,
    confirmed: false,
  },
  {
    id: 'etsi-detection-threshold',
    quantity: 'detectionThreshold',
    region: 'ETSI',
    value: -64,
    unit: 'dBm',
    text: 'Radar counts from -64 dBm on, at 200 mW EIRP and more.',
    clause: 'ETSI EN 301 893 V1.4.1, table D.2',
    source: kernelEtsi,
    confirmed: true,
  },
  {
    id: 'etsi-detection-threshold-low-power',
    quantity: 'detectionThresholdLowPower',
    region: 'ETSI',
    value: -62,
    unit: 'dBm',
    text: 'Radar counts from -62 dBm on, below 200 mW EIRP.',
    clause: 'ETSI EN 301 893 V1.4.1, table D.2',
    source: kernelEtsi,
    confirmed: true,
  },
  {
    id: 'fcc-eirp-without-tpc-low',
    quantity: 'eirpWithoutTpc',
    region: 'FCC',
    value: 26.98,
    unit: 'dBm',
    lowMhz: 5250,
    highMhz: 5350,
    text: 'A radio without transmit power control stays below 500 mW EIRP.',
    clause: '47 CFR 15.407(h)(1)',
    source: memory,
    confirmed: false,
  },
  {
    id: 'fcc-eirp-without-tpc-high',
    quantity: 'eirpWithoutTpc',
    region: 'FCC',
    value: 26.98,
    unit: 'dBm',
    lowMhz: 5470,
    highMhz: 5725,
    text: 'A radio without transmit power control stays below 500 mW EIRP.',
    clause: '47 CFR 15.407(h)(1)',
    source: memory,
    confirmed: false,
  },
  {
    id: 'etsi-eirp-without-tpc-low',
    quantity: 'eirpWithoutTpc',
    region: 'ETSI',
    value: 20,
    unit: 'dBm',
    lowMhz: 5250,
    highMhz: 5350,
    text: 'A radio without transmit power control keeps to 100 mW EIRP.',
    clause: 'ETSI EN 301 893 V2.1.1, clause 4.2.3.2.2, table 2',
    source: memory,
    confirmed: false,
  },
  {
    id: 'etsi-eirp-without-tpc-high',
    quantity: 'eirpWithoutTpc',
    region: 'ETSI',
    value: 27,
    unit: 'dBm',
    lowMhz: 5470,
    highMhz: 5725,
    text: 'A radio without transmit power control keeps to 500 mW EIRP.',
    clause: 'ETSI EN 301 893 V2.1.1, clause 4.2.3.2.2, table 2',
    source: memory,
    confirmed: false,
  },
  {
    id: 'fcc-density-6-ghz',
    quantity: 'density',
    region: 'FCC',
    value: 5,
    unit: 'dBm/MHz',
    lowMhz: 5925,
    highMhz: 7125,
    text: 'A low-power indoor access point sends 5 dBm EIRP in any megahertz.',
    clause: 'FCC 20-51, paragraph 59; 47 CFR 15.407(a)',
    source: 'wireless-regdb list, quoting the Report and Order',
    confirmed: true,
  },
  {
    id: 'etsi-density-6-ghz',
    quantity: 'density',
    region: 'ETSI',
    value: 10,
    unit: 'dBm/MHz',
    lowMhz: 5925,
    highMhz: 7125,
    text: 'A low-power indoor access point sends 10 dBm EIRP in any megahertz.',
    clause: 'Decision (EU) 2021/1067, annex, table 1',
    source: memory,
    confirmed: false,
  },
];
