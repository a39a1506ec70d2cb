/** A port that was started and has not been answered for. */
import type { AnyActorRef } from 'xstate';
import type { PortFailure } from '#machines/port.ts';
import type { Outcome } from '#protocols/errors.ts';
import type { StoredIntent } from '../store/store.ts';

export class Running {
  readonly intent: StoredIntent;
  /** False when the host was restarted with the port under way. */
  readonly first: boolean;
  /** The port's place in the chart; another one after the actor was restored. */
  child: AnyActorRef;
  /** Kept until the step that consumed it is committed. */
  outcome: Outcome<unknown, PortFailure> | undefined;
  begun = false;
  /** The chart has left the state that wanted it. */
  abandoned = false;
  cancel: (() => void) | undefined;

  constructor(intent: StoredIntent, first: boolean, child: AnyActorRef) {
    this.intent = intent;
    this.first = first;
    this.child = child;
  }
}
