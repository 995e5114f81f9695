import { DefinitionError } from '../model/faults';
import type { DefinitionFault } from '../model/faults';
import { compile } from './compile';

interface Definition {
  [member: string]: unknown;
  body: unknown[];
}

const definition = (members: object = {}): Definition => ({
  pressroom: 1,
  name: 'strikes',
  data: {
    strikes: {
      fields: { operator: 'string', cost: 'decimal', on: 'date', n: { from: 'N o.', type: 'integer', required: true } },
    },
  },
  body: [table({ field: 'operator' })],
  ...members,
});

const table = (...columns: object[]): object => ({ type: 'table', data: 'strikes', columns });

function faultsOf(input: unknown): readonly DefinitionFault[] {
  try {
    compile(input);
  } catch (error) {
    if (error instanceof DefinitionError) return error.faults;
    throw error;
  }
  return [];
}

const body = (...elements: unknown[]): Definition => definition({ body: elements });

describe('compile', () => {
  it('names the report and its datasets, and can be shared', () => {
    const input = definition();
    const report = compile(input);
    expect(report).toMatchObject({ name: 'strikes', datasets: ['strikes'], locale: 'en', timeZone: 'UTC' });
    expect(report.data.get('strikes')?.fields.at(-1)).toEqual({
      name: 'n',
      from: 'N o.',
      type: 'integer',
      isRequired: true,
    });
    for (const part of [report, report.body, report.page, report.page.margins, report.data.get('strikes')?.fields])
      expect(Object.isFrozen(part)).toBe(true);
    expect(Object.isFrozen(input)).toBe(false);
  });

  it.each<[string, unknown, string, string, string?]>([
    ['an unknown member', definition({ boddy: 1 }), '/boddy', 'unknown-member', '`body`'],
    ['an unknown element', body({ type: 'tabel' }), '/body/0/type', 'value-not-allowed', '`table`'],
    ['no type', body({ text: 'x' }), '/body/0', 'missing-member'],
    ['an unknown field', body(table({ field: 'opertor' })), '/body/0/columns/0/field', 'unknown-field', '`operator`'],
    [
      'an unknown dataset',
      body({ ...table({ field: 'x' }), data: 'strike' }),
      '/body/0/data',
      'unknown-dataset',
      '`strikes`',
    ],
    [
      'an unknown type',
      definition({ data: { d: { fields: { a: 'int' } } } }),
      '/data/d/fields/a',
      'value-not-allowed',
      'integer',
    ],
    [
      'a bad option of a field',
      definition({ data: { d: { fields: { a: { type: 'string', form: 'x' } } } } }),
      '/data/d/fields/a/form',
      'unknown-member',
      '`from`',
    ],
    [
      'a field named like a method',
      JSON.parse('{"pressroom":1,"name":"a","data":{"d":{"fields":{"constructor":"string"}}},"body":[]}'),
      '/data/d/fields/constructor',
      'forbidden-name',
    ],
    [
      'a field named __proto__',
      JSON.parse('{"pressroom":1,"name":"a","data":{"d":{"fields":{"__proto__":"string"}}},"body":[]}'),
      '/data/d/fields/__proto__',
      'forbidden-name',
    ],
    [
      'a field named like a word of CEL',
      definition({ data: { strikes: { fields: { operator: 'string', in: 'string' } } } }),
      '/data/strikes/fields/in',
      'name-reserved',
      'from: in',
    ],
    ['a column of two sources', body(table({ field: 'cost', value: '1' })), '/body/0/columns/0', 'column-source'],
    [
      'an expression of the wrong type',
      body(table({ value: 'row.operator * 2' })),
      '/body/0/columns/0/value',
      'expression-invalid',
    ],
    ['an island that is not closed', definition({ title: 'a ${params.x' }), '/title', 'island-not-closed'],
    [
      'arithmetic with page.number in the body',
      body({ type: 'text', text: '${page.number + 1}' }),
      '/body/0/text',
      'expression-invalid',
      'islands of their own',
    ],
    [
      'page in a table',
      body(table({ field: 'cost', header: 'Page ${page.total}' })),
      '/body/0/columns/0/header',
      'expression-invalid',
      'in a text or a heading',
    ],
    [
      'page in a condition',
      body({ type: 'text', text: 'x', when: 'page.total > 1' }),
      '/body/0/when',
      'expression-invalid',
      'in a text or a heading',
    ],
    [
      'arithmetic with page.total',
      definition({ footer: [{ type: 'text', text: '${page.total + 1}' }] }),
      '/footer/0/text',
      'expression-invalid',
      'of its own',
    ],
    [
      'a table of contents after the headings',
      body({ type: 'heading', text: 'x' }, { type: 'toc' }),
      '/body/1',
      'contents-of-nothing',
      'before the headings',
    ],
    [
      'a table of contents of what it does not list',
      body({ type: 'toc', levels: 1 }, { type: 'heading', level: 2, text: 'x' }, table({ field: 'cost' })),
      '/body/0',
      'contents-of-nothing',
    ],
    [
      'two texts in one place',
      definition({
        footer: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      }),
      '/footer/1/align',
      'place-taken',
    ],
    [
      'a table in the footer',
      definition({ footer: [table({ field: 'cost' })] }),
      '/footer/0/type',
      'value-not-allowed',
      'text',
    ],
    [
      'a sum of texts',
      body(table({ field: 'cost' }, { field: 'operator', total: 'sum' })),
      '/body/0/columns/1/total',
      'total-of-wrong-type',
      '`count`',
    ],
    [
      'a format of the wrong type',
      body(table({ field: 'on', format: 'decimal2' })),
      '/body/0/columns/0/format',
      'format-of-wrong-type',
    ],
    [
      'a format that Intl refuses',
      body(table({ field: 'cost', format: { style: 'currency' } })),
      '/body/0/columns/0/format',
      'format-invalid',
    ],
    [
      'a currency that nobody named',
      body(table({ field: 'cost', format: 'currency' })),
      '/body/0/columns/0/format',
      'currency-missing',
    ],
    [
      'a condition that is none',
      body({ type: 'text', text: 'x', when: '1 + 1' }),
      '/body/0/when',
      'expression-invalid',
    ],
    ['a unit that is none', definition({ page: { margins: '20px' } }), '/page/margins', 'value-invalid', '20mm'],
    ['a page size that is none', definition({ page: { size: 'A6' } }), '/page/size', 'value-not-allowed', 'A3, A4, A5'],
    [
      'a format that is none',
      body(table({ field: 'cost', format: 'decimal9' })),
      '/body/0/columns/0/format',
      'value-not-allowed',
      'decimal0, decimal1',
    ],
    ['a name with a space', definition({ name: 'a b' }), '/name', 'text-invalid', 'letters, digits'],
    ['an accent that is none', definition({ theme: { accent: 'red' } }), '/theme/accent', 'text-invalid', '#rrggbb'],
    [
      'a colour that is none',
      body({ type: 'text', text: 'x', color: 'green' }),
      '/body/0/color',
      'value-not-allowed',
      '#rrggbb',
    ],
    ['a file kept for weeks', definition({ retention: { file: '2w' } }), '/retention/file', 'text-invalid', '"12h"'],
    [
      'a record kept for hours',
      definition({ retention: { record: '1h' } }),
      '/retention/record',
      'text-invalid',
      '90d',
    ],
    ['margins without room', definition({ page: { margins: 300 } }), '/page', 'page-without-room'],
    [
      'a footer without margin',
      definition({ page: { margins: 20 }, footer: [{ type: 'text', text: 'x' }] }),
      '/page/margins',
      'margin-too-small',
    ],
    ['a locale that is none', definition({ locale: 'en_GB' }), '/locale', 'locale-unknown'],
    ['a time zone that is none', definition({ timeZone: 'Mars' }), '/timeZone', 'time-zone-unknown'],
    ['parameters of no type', definition({ parameters: { properties: {} } }), '/parameters', 'schema-invalid'],
    [
      'a schema that is none',
      definition({ parameters: { type: 'object', properties: { a: { type: 'strin' } } } }),
      '/parameters/properties/a/type',
      'schema-invalid',
    ],
    [
      'a schema of another dialect',
      definition({ parameters: { type: 'object', $schema: 'http://json-schema.org/draft-07/schema#' } }),
      '/parameters/$schema',
      'schema-invalid',
    ],
    [
      'a schema from elsewhere',
      definition({ parameters: { type: 'object', properties: { a: { $ref: 'https://x.example/s' } } } }),
      '/parameters/properties/a/$ref',
      'schema-refused',
    ],
    [
      'a pattern that backtracks',
      definition({ parameters: { type: 'object', properties: { a: { type: 'string', pattern: '(a+)+$' } } } }),
      '/parameters/properties/a/pattern',
      'pattern-refused',
    ],
    ['no object', 'pressroom: 1', '', 'wrong-type'],
  ])('refuses %s', (...[, input, path, code, hint]) => {
    const fault = faultsOf(input).find((each) => each.path === path && each.code === code);
    expect(fault ?? faultsOf(input)).toMatchObject({ path, code });
    if (hint !== undefined) expect(`${fault!.detail} ${fault!.hint ?? ''}`).toContain(hint);
  });

  it('lists all faults at once, each once', () => {
    const faults = faultsOf(
      definition({
        title: '${params.x}',
        locale: 'x y',
        body: [table({ field: 'nope' }, { value: 'row.cst' }, { value: 'row.' }), { type: 'heading', text: '${y}' }],
      }),
    );
    expect(faults.map(({ path }) => path).sort()).toEqual([
      '/body/0/columns/0/field',
      '/body/0/columns/1/value',
      '/body/0/columns/2/value',
      '/body/1/text',
      '/locale',
      '/title',
    ]);
  });

  it('goes on where the schema has found faults elsewhere', () => {
    const faults = faultsOf(
      definition({
        boddy: [],
        page: { size: 'A6' },
        header: [{ type: 'text', text: 'x', sise: 1 }],
        body: [
          { type: 'text', txt: '${params.x}' },
          table({ field: 'nope' }, { field: 'on', format: 'decimal2' }),
          { type: 'heading', text: '${y}' },
        ],
      }),
    );
    expect(faults.map(({ path }) => path).sort()).toEqual([
      '/boddy',
      '/body/0',
      '/body/0/txt',
      '/body/1/columns/0/field',
      '/body/1/columns/1/format',
      '/body/2/text',
      '/header/0/sise',
      '/page/size',
    ]);
  });

  it('does not blame others for what is wrong with a dataset or with parameters', () => {
    const spoilt = { type: 'object', properties: { x: { type: 'string', requird: true } } };
    expect(faultsOf(definition({ title: '${params.x}', parameters: spoilt }))).toMatchObject([
      { path: '/parameters/properties/x/requird' },
    ]);
    expect(faultsOf(definition({ data: { strikes: { fields: { operator: 'text' } } } }))).toMatchObject([
      { path: '/data/strikes/fields/operator' },
    ]);
  });

  it('checks the formats of a table whose dataset it does not know', () => {
    const unknown = {
      ...table({ field: 'x', format: 'currency' }, { value: 'row.', format: { style: 'currency' } }),
      data: 'd',
    };
    expect(faultsOf(body(unknown)).map(({ path }) => path)).toEqual([
      '/body/0/data',
      '/body/0/columns/0/format',
      '/body/0/columns/1/format',
    ]);
  });

  describe('of a hostile definition', () => {
    let deep: object = {};
    for (let level = 0; level < 100_000; level += 1) deep = { a: deep };
    const macros = Array.from({ length: 20 }).reduce<string>((inner) => `[1,2,3].map(x, ${inner})`, '1');

    it.each<[string, unknown]>([
      ['nesting', deep],
      ['10 MB of text', definition({ title: 'x'.repeat(10_000_000) })],
      [
        'a million elements',
        definition({ body: Array.from({ length: 1_000_000 }, () => ({ type: 'text', text: 'x' })) }),
      ],
      ['a million members', Object.fromEntries(Array.from({ length: 1_000_000 }, (_, index) => [`a${index}`, 1]))],
      [
        'junk of the largest size',
        definition({ body: Array.from({ length: 9000 }, () => ({ type: 'text', junk: 1 })) }),
      ],
      [
        'thousands of unknown names',
        definition({
          data: {
            strikes: {
              fields: Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`field_no_${n}`, 'decimal'])),
            },
          },
          body: Array.from({ length: 100 }, () =>
            table(...Array.from({ length: 50 }, (_, n) => ({ value: `row.fieldno${n} + 1` }))),
          ),
        }),
      ],
      [
        'more expressions than anyone needs',
        definition({
          body: Array.from({ length: 500 }, (_, index) => ({
            type: 'text',
            text: Array.from({ length: 100 }, (_v, n) => `\${${n * 500 + index}}`).join(''),
          })),
        }),
      ],
      ['nested macros', body(table({ value: macros }))],
      ['a function', definition({ title: () => 'x' })],
      ['not a number', body(table({ field: 'cost', width: NaN }))],
    ])('ends soon with faults: %s', (_, input) => {
      const faults = faultsOf(input);
      expect(faults.length).toBeGreaterThan(0);
      expect(faults.length).toBeLessThanOrEqual(50);
    });
  });
});
