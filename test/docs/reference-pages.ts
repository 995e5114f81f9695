import type { Setting } from '../../src/platform/config/setting';
import { settings } from '../../src/platform/config/settings';
import { failures, problems, typeOf } from '../../src/platform/errors/catalogue';
import { renderDefinition } from './definition-page';

/** The pages of docs/ that are made from the source, by path. */
export const referencePages: Record<string, () => string> = {
  'docs/errors.md': renderErrors,
  'docs/configuration.md': renderConfiguration,
  'docs/definition.md': renderDefinition,
  '.env.example': renderEnvExample,
};

function renderErrors(): string {
  const problemRows = Object.entries(problems)
    .sort(([, a], [, b]) => a.status - b.status)
    .map(([code, { status, title, detail, retryable }]) => [status, `\`${code}\``, title, detail, yes(retryable)]);
  const failureRows = Object.entries(failures).map(([code, { title, retryable }]) => [
    `\`${code}\``,
    title,
    yes(retryable),
    `\`${typeOf(code as keyof typeof failures)}\``,
  ]);
  return `# Errors

<!-- Made from src/platform/errors/catalogue.ts by \`npm run docs:update\`. -->

## Answers to a request

A request that is refused gets a problem (\`application/problem+json\`, RFC 9457): \`type\`, \`title\`, \`status\`, \`detail\`,
\`instance\`, \`code\` and \`requestId\`. The \`code\` is stable; \`detail\` is for people. \`type\` is an address of the service
that can be opened. With "again" the same request can succeed later without being changed; wait as \`Retry-After\` says.

${table(['status', 'code', 'title', 'detail', 'again'], problemRows)}

\`validation-failed\` lists every fault in \`errors\`, each with a \`pointer\` (JSON pointer into the body, RFC 6901), a \`code\`
and a \`detail\`; faults of an uploaded file have \`line\` and \`column\` instead.

## Why a report failed

A report that failed is a resource like any other: its status is served with 200, and \`error\` says why. A failure that can
be retried is retried, as often as \`maxAttempts\` allows; while the report waits for its next attempt, \`error\` tells of the
last one.

${table(['code', 'meaning', 'retried', 'type'], failureRows)}
`;
}

function renderConfiguration(): string {
  const rows = Object.values(settings).map((setting: Setting) => [
    `\`${setting.env}\``,
    describeType(setting),
    describeDefault(setting),
    setting.doc,
  ]);
  return `# Configuration

<!-- Made from src/platform/config/settings.ts by \`npm run docs:update\`. -->

Every setting is an environment variable. All faults are reported at once when a process starts, and it exits with 78.
A secret can also be read from a file: \`DATABASE_URL_FILE=/run/secrets/database-url\`.

Durations are written \`500ms\`, \`30s\`, \`10m\`, \`24h\` or \`7d\`; sizes \`512B\`, \`64KiB\`, \`1MiB\` or \`2GiB\`.

${table(['variable', 'type', 'default', 'meaning'], rows)}
`;
}

function renderEnvExample(): string {
  const lines = Object.values(settings).map((setting: Setting) => {
    const isOptional = setting.default !== undefined;
    return `# ${setting.doc.replaceAll('`', '')}\n${isOptional ? '#' : ''}${setting.env}=${setting.default ?? ''}\n`;
  });
  return `# Made from src/platform/config/settings.ts. Lines with a # keep their default.\n\n${lines.join('\n')}`;
}

function describeType({ type, choices, min, max }: Setting): string {
  const range = [min === undefined ? '' : `from ${min}`, max === undefined ? '' : `to ${max}`]
    .filter(Boolean)
    .join(' ');
  if (choices) return choices.map((choice) => `\`${choice}\``).join(', ');
  return type === 'integer' && range !== '' ? `integer, ${range}` : type;
}

function describeDefault(setting: Setting): string {
  if (setting.default === undefined) return 'required';
  return setting.default === '' ? '(empty)' : `\`${setting.default}\``;
}

function table(head: string[], rows: (string | number)[][]): string {
  const line = (cells: (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function yes(value: boolean): string {
  return value ? 'yes' : 'no';
}
