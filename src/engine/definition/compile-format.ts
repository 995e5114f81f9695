import type { FormatPlan, FormatSpec, Template } from '../model/element';
import type { DefinitionFault } from '../model/faults';
import type { FieldType } from '../model/value';
import { isNumeric } from '../model/value';
import { dateOptions, namedFormat, numberOptions } from '../values/format-names';

type Option = string | number | boolean | Template;

interface FormatContext {
  /** The definition's currency, where it has one. */
  currency(): Template | undefined;
  template(text: string): Template;
}

/** A format that suits the type of its values, or what is wrong with it. */
export function compileFormat(
  format: FormatSpec | undefined,
  type: FieldType | undefined,
  context: FormatContext,
): FormatPlan | Omit<DefinitionFault, 'path'> {
  if (format === undefined) return { type, options: new Map() };
  if (type === 'string' || type === 'boolean') {
    return { code: 'format-of-wrong-type', detail: `Values of the type ${type} have no format.` };
  }
  const expanded = typeof format === 'string' ? expandName(format, type, context) : Object.entries(format);
  if (!Array.isArray(expanded)) return expanded;
  const unsuited = unsuitedOption(
    expanded.map(([name]) => name),
    type,
  );
  if (unsuited !== undefined) {
    return {
      code: 'format-of-wrong-type',
      detail: `\`${unsuited}\` is not an option for values of the type ${type!}.`,
    };
  }
  const options = new Map(
    expanded.map(([name, value]): [string, Option] => [
      name,
      typeof value === 'string' && value.includes('${') ? context.template(value) : value,
    ]),
  );
  const refusal = refusalOfIntl(options);
  return refusal === undefined ? { type, options } : { code: 'format-invalid', detail: refusal };
}

function expandName(
  name: string,
  type: FieldType | undefined,
  context: FormatContext,
): [string, Option][] | Omit<DefinitionFault, 'path'> {
  if (name === 'currency') {
    const currency = context.currency();
    if (!currency) {
      return {
        code: 'currency-missing',
        detail: 'The format `currency` needs to know which.',
        hint: 'Give the definition a `currency`, such as EUR.',
      };
    }
    if (type !== undefined && !isNumeric(type)) return wrongType(name, type);
    return [
      ['style', 'currency'],
      ['currency', currency],
    ];
  }
  const { options, types } = namedFormat(name)!;
  return type === undefined || types.includes(type) ? Object.entries(options) : wrongType(name, type);
}

const wrongType = (name: string, type: FieldType): Omit<DefinitionFault, 'path'> => {
  return { code: 'format-of-wrong-type', detail: `The format \`${name}\` is not for values of the type ${type}.` };
};

function unsuitedOption(names: readonly string[], type: FieldType | undefined): string | undefined {
  if (type === undefined) return undefined;
  const suited = isNumeric(type) ? numberOptions : dateOptions;
  const hasTime = type === 'dateTime';
  const ofTime = new Set(['timeStyle', 'hour', 'minute', 'second', 'hour12', 'timeZoneName']);
  return names.find((name) => !Object.hasOwn(suited, name) || (!isNumeric(type) && !hasTime && ofTime.has(name)));
}

/** Intl knows best which options go together; islands are taken for a currency. */
function refusalOfIntl(options: ReadonlyMap<string, Option>): string | undefined {
  const values = Object.fromEntries(
    [...options].map(([name, value]) => [name, typeof value === 'object' ? 'EUR' : value]),
  );
  try {
    if ([...options.keys()].some((name) => Object.hasOwn(numberOptions, name))) new Intl.NumberFormat('en', values);
    if ([...options.keys()].some((name) => Object.hasOwn(dateOptions, name))) new Intl.DateTimeFormat('en', values);
    return undefined;
  } catch (error) {
    return `${(error as Error).message.replace(/\.$/, '')}.`;
  }
}
