import { definitionSchema } from '../engine';
import { describeError, exitCodes, CliError } from './exit';
import { renderFile } from './render';
import type { Terminal } from './terminal';
import { validate } from './validate';

const usage = `Usage: pressroom <command>

  validate FILE                              check a definition (YAML or JSON) and say what is wrong with it
  render FILE --out FILE                     render a definition to a PDF
    --data NAME=FILE                         the rows of a dataset: .csv, .ndjson or .jsonl
    --param NAME=VALUE                       a parameter
    --locale TAG  --time-zone NAME           instead of the definition's
    --as-of TIME                             the time that the report prints; now by default
    --stats                                  print figures as JSON to standard error
  schema                                   print the JSON Schema of definitions, for editors
  migrate                                    bring the database up to date
  keys create --name NAME [--tenant TENANT]  make an API key and print it, this once

A FILE of \`-\` is standard input (rows as NDJSON) or output. Exit codes: 0 done, 64 wrong usage,
65 definition or data at fault, 70 a defect of this program, 74 a file that cannot be read or written.
`;

type Command = (args: string[], terminal: Terminal) => void | Promise<void>;

/** Commands that need no service. */
const commands = new Map<string | undefined, Command>([
  ['validate', validate],
  ['render', renderFile],
  ['schema', (_, { stdout }) => void stdout.write(`${JSON.stringify(definitionSchema, null, 2)}\n`)],
]);

/** Runs one command. Returns the code to exit with; says on standard error what went wrong. */
export async function run([name, ...args]: string[], terminal: Terminal): Promise<number> {
  try {
    if ([name, ...args].some((each) => each === '--help' || each === '-h')) {
      terminal.stdout.write(usage);
      return 0;
    }
    const command = commands.get(name);
    if (!command) throw new CliError(exitCodes.usage, usage.trimEnd());
    await command(args, terminal);
    return 0;
  } catch (error) {
    const { exitCode, message } = describeError(error);
    terminal.stderr.write(`${message}\n`);
    return exitCode;
  }
}
