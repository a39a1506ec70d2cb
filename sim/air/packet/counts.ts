/** What an engine counts, all by flow. */
export interface PacketCounts {
  /** MPDUs that arrived. */
  readonly delivered: Float64Array;
  /** Times that a sender took its turn. */
  readonly attempts: Float64Array;
  /** Of those, without an answer. */
  readonly failures: Float64Array;
}
