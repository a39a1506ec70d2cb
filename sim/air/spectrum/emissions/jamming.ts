/** Where what is known of jammers comes from. How long their bursts and sweeps take are choices of ours. */
export const jammingSource =
  'Xu, Trappe, Zhang and Wood, MobiHoc 2005: constant and random jammers; Grover, Lim and Yang, IJAHUC 17 (2014): barrage, spot and sweep jamming';

/** A jammer that sends now and then does so for this long. */
export const BURST_US = 5_000;
