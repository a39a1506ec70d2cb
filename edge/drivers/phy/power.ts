/**
 * Between the power at the connector, in which `iw` speaks, and EIRP, in which everything else does.
 * mac80211 takes whole decibels at the connector (net/mac80211/cfg.c, ieee80211_set_tx_power), so
 * what is sent may be less than what was asked for, by under 1 dB and never more.
 */
export interface AntennaChain {
  readonly antennaGainDbi: number;
  readonly cableLossDb: number;
}

/** What the connector may give at most for that EIRP, whole dBm. */
export function conductedDbm(eirpDbm: number, { antennaGainDbi, cableLossDb }: AntennaChain) {
  // A hundredth of slack, or 20 − 3 + 0.5 − … would now and then come out a decibel low.
  return Math.floor(eirpDbm - antennaGainDbi + cableLossDb + 0.005);
}

export function eirpOf(conductedDbm: number, { antennaGainDbi, cableLossDb }: AntennaChain) {
  return Math.round((conductedDbm + antennaGainDbi - cableLossDb) * 100) / 100;
}
