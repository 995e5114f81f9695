import { definitionSchema } from '../../src/engine';

interface Schema {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  default?: unknown;
  description?: string;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  $ref?: string;
  $defs?: Record<string, Schema>;
}

const schema = definitionSchema as unknown as Schema;
const definitions = schema.$defs ?? {};

/** docs/definition.md: the language of definitions, from its schema. */
export function renderDefinition(): string {
  const elements = (definitions.element?.oneOf ?? []).map(({ $ref }) => $ref!.replace('#/$defs/', ''));
  return `# How a report is defined

<!-- Made from the JSON Schema in src/engine/definition/schema.ts by \`npm run docs:update\`. -->

A definition is data, in YAML or JSON: never code. It is compiled before anything is queued; everything that is wrong with it
is reported at once, each fault with a JSON pointer and, where there is a likely one, a hint. The sample in
[templates/wildlife-strikes](../templates/wildlife-strikes) shows a whole one.

An editor that reads JSON Schema completes a definition, explains its members and marks what is wrong while it is being
written. \`pressroom schema > report.schema.json\` prints the schema; a service gives it to everyone at
\`/v1/definitions/schema\`. A YAML file names it in its first line (VS Code with the YAML extension, and whatever else uses the
YAML language server), a JSON file in a member:

\`\`\`yaml
# yaml-language-server: $schema=report.schema.json
\`\`\`

\`\`\`json
{ "$schema": "./report.schema.json", "pressroom": 1 }
\`\`\`

or the settings of VS Code say it for all files at once:

\`\`\`json
{
  "yaml.schemas": { "./report.schema.json": "reports/*.yaml" },
  "json.schemas": [{ "fileMatch": ["reports/*.json"], "url": "./report.schema.json" }]
}
\`\`\`

\`$schema\` changes nothing in the report, but belongs to the definition and so to its hash.

## The definition

${members(schema, '')}

## Elements

A body is a list of elements, one below the other. Every element takes \`when\`, an expression; the element is left out unless
it is true.

${elements.map((name) => `### ${name}\n\n${members(definitions[name] ?? {}, '')}`).join('\n\n')}

## Formats

A format is a name, or an object with options of \`Intl.NumberFormat\` (numbers) or \`Intl.DateTimeFormat\` (dates and times).
Names: ${(definitions.format?.anyOf?.[0]?.enum ?? []).map((name) => code(String(name))).join(', ')}.

Numbers are rounded half to even (0.125 is 0.12 to two digits, 0.135 is 0.14) unless a format has another \`roundingMode\`, and have 20
digits after the point at most. A total is the sum of what the rows hold, not of what they show: where each amount is to be rounded by
itself, as on an invoice, compute it with \`round\`.

## Expressions

\`value\`, \`when\` and the \`\${…}\` islands in texts are expressions of the
[Common Expression Language](https://cel.dev), checked against the declared types when the definition is compiled. In scope
are \`params\`; \`report\` (\`id\`, \`createdAt\`, \`date\`, its day in the report's time zone, \`locale\`, \`timeZone\`); \`row\` where a row is at hand; \`group.key\` in the
headers and footers of groups; everywhere but in \`compute\`, the aggregates of the datasets as \`data.<dataset>.<name>\` (those by groups are rows, for tables); in texts and headings \`page.number\` and
\`page.total\`, as islands of their own.

Numbers with a point are decimals, exact to the last digit, and mix with integers; a quotient of decimals has twelve digits after the
point or as many as they have, one of integers is an integer (\`7 / 2\` is 3, \`7 / 2.0\` is 3.5). An expression that reads a field
without a value has no value either.

| function | gives |
| --- | --- |
| \`coalesce(a, b)\` | the first of the two that there is |
| \`nullIf(a, b)\` | nothing where the two are equal, else the first |
| \`round(x, digits)\` | the number with so many digits after the point (none by default), half to even; \`round(x, 2, "halfExpand")\` rounds half away from zero, as invoices mostly do; there are \`floor\`, \`ceil\` and \`trunc\` too |
| \`abs(x)\`, \`int(x)\` | the number without its sign, without its fraction |
| \`upper(text)\`, \`lower(text)\`, \`trim(text)\` | the text in capitals, in small letters, without space around it |
| \`number(x, digits)\`, \`money(x, "EUR")\`, \`percent(x, digits)\` | the number as the report's locale prints it |
| \`date(x, style)\` | a date or a time as the locale prints it: \`full\`, \`long\`, \`medium\` or \`short\` |
| \`date("2026-01-31")\` | that date, to compare others with: \`row.due < date("2026-01-31")\`, \`row.due < report.date\` |

Texts have the methods of CEL, such as \`row.name.contains("x")\`, \`startsWith\`, \`size()\` and \`matches\`; \`condition ? a : b\` chooses. To print
\`\${\` itself, write \`$\${\`.

## Data

A field is a type (\`string integer decimal boolean date dateTime\`), or an object with \`type\`, \`from\` (the name in the source)
and \`required\`. What is missing, null, or an empty text where no text is declared, is nothing: it prints as empty, and
totals pass over it. Members of a row that are not declared are ignored. Decimals come as strings or numbers; a number that
JSON cannot hold exactly must come as a string. Dates are \`2026-11-23\`, times RFC 3339.
`;
}

/** A table of an object's members, and below it one for each member that is an object itself. */
function members({ properties = {}, required = [] }: Schema, path: string): string {
  const rows = Object.entries(properties)
    .filter(
      ([name, member]) =>
        !(name === 'when' && 'type' in properties) && !(name === 'type' && member.const !== undefined),
    )
    .map(([name, member]) => {
      const isRequired = required.includes(name) ? ' (required)' : '';
      return `| ${code(name)}${isRequired} | ${describeType(member)} | ${describeDefault(member)} | ${describe(member)} |`;
    });
  const table = ['| member | type | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
  const parts = Object.entries(properties).flatMap(([name, member]) => nested(name, member, path));
  return [table, ...parts].join('\n\n');
}

function nested(name: string, member: Schema, path: string): string[] {
  const inner = [member, ...(member.anyOf ?? [])].find((each) => each.properties);
  if (inner) return [`**${path}${name}**\n\n${members(inner, `${path}${name}.`)}`];
  const item = [member.items, ...(member.items?.anyOf ?? [])].find((each) => each?.properties);
  if (item) return [`**${path}${name}**, each\n\n${members(item, `${path}${name}.`)}`];
  const values = typeof member.additionalProperties === 'object' ? member.additionalProperties : undefined;
  const value = [values, ...(values?.anyOf ?? [])].find((each) => each?.properties);
  return value ? [`**${path}${name}**, each\n\n${members(value, `${path}${name}.`)}`] : [];
}

function describeType(member: Schema): string {
  if (member.$ref) return `[${member.$ref.replace('#/$defs/', '')}](#${anchorOf(member.$ref)})`;
  if (member.const !== undefined) return code(JSON.stringify(member.const));
  if (member.enum) return member.enum.map((each) => code(String(each))).join(' ');
  if (member.anyOf) return [...new Set(member.anyOf.map(describeType))].join(' or ');
  if (member.type === 'array') return `list of ${member.items ? describeType(member.items) : 'anything'}`;
  return member.pattern === '^#[0-9a-fA-F]{6}$' ? '`#rrggbb`' : [member.type ?? 'anything'].flat().join(' or ');
}

function anchorOf(reference: string): string {
  const name = reference.replace('#/$defs/', '');
  return { element: 'elements', format: 'formats' }[name] ?? name.toLowerCase();
}

function describeDefault({ default: value }: Schema): string {
  return value === undefined ? '' : code(typeof value === 'string' && value !== '' ? value : JSON.stringify(value));
}

function describe(member: Schema): string {
  const inner = member.description ?? member.anyOf?.find((each) => each.description)?.description ?? '';
  return inner.replaceAll('|', '\\|');
}

function code(text: string): string {
  return `\`${text}\``;
}
