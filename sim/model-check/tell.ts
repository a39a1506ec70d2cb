/** Says in words what happened to a chart. */
import type { Step } from './chart-model.ts';

export function describeStep(step: Step): string {
  switch (step.kind) {
    case 'heard': {
      const { type, ...rest } = step.event;
      return Object.keys(rest).length === 0 ? `hears ${type}` : `hears ${type} ${brief(rest)}`;
    }
    case 'ended':
      return 'output' in step.end
        ? `port ${step.port.name} ends well ${brief(step.end.output)}`
        : `port ${step.port.name} fails`;
    case 'due':
      return `delay ${step.timer.id.replace(/^xstate\.after\./, '')} falls due`;
    case 'killed':
      return step.clockTrusted
        ? 'is killed and restored'
        : 'is killed and restored, with a clock that cannot be trusted';
  }
}

const LONG = 120;

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > LONG ? `${text.slice(0, LONG)}…` : text;
}
