/** Where every command begins: finds it, reads its arguments, and turns what happens into an exit code. */
import { exitCodes, InputError } from '#protocols/errors.ts';
import { nearest } from '#protocols/nearest.ts';
import { parseArguments } from './arguments.ts';
import type { Command } from './command.ts';
import { commands } from './commands/index.ts';
import { commandHelp, overview } from './help.ts';
import { createOutput } from './output.ts';

const args = process.argv.slice(2);
const stop = new AbortController();
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
// Whoever reads our output may have seen enough: `airguard … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.held);
  throw error;
});
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

run().then((code) => {
  process.exitCode = code;
}, fail);

async function run(): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    const [topic] = rest;
    process.stdout.write(
      topic === undefined || name !== 'help'
        ? overview(await Promise.all(commands.map(({ load }) => load())))
        : commandHelp(await find(topic), ['airguard', topic]),
    );
    return exitCodes.held;
  }
  let command = await find(name);
  const path = ['airguard', name];
  while (rest[0] !== undefined) {
    const sub = command.subcommands?.find((one) => one.name === rest[0]);
    if (sub === undefined) break;
    command = sub;
    path.push(String(rest.shift()));
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(commandHelp(command, path));
    return exitCodes.held;
  }
  const { run: execute, subcommands = [] } = command;
  if (execute === undefined) {
    const names = subcommands.map((sub) => sub.name);
    const came = rest[0] === undefined ? 'nothing' : `'${rest[0]}'${suggestion(rest[0], names)}`;
    throw new InputError(`${path.join(' ')}: expected ${names.join(' or ')}, came ${came}`);
  }
  const parsed = parseArguments(command, path, rest);
  const output = createOutput({ json: parsed.flag('json') });
  const code = await execute(parsed, output, stop.signal);
  output.end();
  return stop.signal.aborted ? exitCodes.interrupted : exitCodes[code];
}

async function find(name: string): Promise<Command> {
  const found = commands.find((command) => command.name === name);
  if (found !== undefined) return found.load();
  const names = commands.map((command) => command.name);
  throw new InputError(
    `unknown command '${name}'${suggestion(name, names)}: expected ${names.join(', ')}; \`airguard help\` tells what each does`,
  );
}

function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? '' : ` (did you mean '${near}'?)`;
}

/** The first time asks for an end in good order, the second does not wait for it. */
function interrupt(): void {
  if (stop.signal.aborted) process.exit(exitCodes.interrupted);
  stop.abort();
}

function fail(error: unknown): void {
  const isInput = error instanceof InputError;
  const [firstLine] = String(error instanceof Error ? error.message : error).split('\n');
  const hint = isInput || process.env.AIRGUARD_DEBUG ? '' : ' (AIRGUARD_DEBUG=1 shows where)';
  process.stderr.write(`airguard: ${isInput ? error.message : `crashed: ${firstLine}${hint}`}\n`);
  if (process.env.AIRGUARD_DEBUG && error instanceof Error)
    process.stderr.write(`${error.stack}\n`);
  process.exit(isInput ? exitCodes[error.exitCode] : exitCodes.crashed);
}
