import * as z from 'zod';

/**
 * What a call can do. `observe` and `propose` change nothing outside the callee and travel on the
 * live lane; `actuate` touches the air and needs a verdict; `administer` changes what the system
 * will do and needs an approval. The last two travel on the durable lane and take effect once.
 */
export const Effect = z.literal(['observe', 'propose', 'actuate', 'administer']);
export type Effect = z.infer<typeof Effect>;

export type Lane = 'live' | 'durable';

export const laneOf = {
  observe: 'live',
  propose: 'live',
  actuate: 'durable',
  administer: 'durable',
} as const satisfies Record<Effect, Lane>;

/** A tool as its callers see it. `refusals` are its own, beside the common ones. */
export interface Tool<
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
  Code extends string = string,
> {
  readonly name: string;
  readonly description: string;
  readonly effect: Effect;
  readonly input: Input;
  readonly output: Output;
  readonly refusals: Readonly<Record<Code, string>>;
}

export type ToolInput<T extends Tool> = z.infer<T['input']>;
export type ToolOutput<T extends Tool> = z.infer<T['output']>;

const toolName = /^[a-z]+(?:_[a-z]+)+$/;

/** Declares a tool. Its name is `<role>_<verb>_<object>`, one token of a subject. */
export function defineTool<
  Input extends z.ZodType,
  Output extends z.ZodType,
  const Code extends string = never,
>(tool: {
  name: string;
  description: string;
  effect: Effect;
  input: Input;
  output: Output;
  refusals?: Record<Code, string>;
}): Tool<Input, Output, Code> {
  if (!toolName.test(tool.name)) {
    throw new Error(`tool name '${tool.name}': expected lower-case words joined by underscores`);
  }
  return { refusals: {} as Record<Code, string>, ...tool };
}
