/** What an interferer is taken for: the words that leave the node. */
export {
  type InterferenceClass as ClassName,
  interferenceClasses as classNames,
} from '#protocols/telemetry/events.ts';
