import type { Environment } from '@marcbachmann/cel-js';
import type { Compiler, Expression, FormatPlan, FormatSpec, Reach, Template } from '../model/element';
import { RenderError } from '../model/faults';
import type { PageValue, TextPart } from '../model/page';
import type { Theme } from '../model/theme';
import type { Column, FieldType } from '../model/value';
import { aggregations } from '../model/value';
import { canAggregate, typeOfAggregate } from '../values/aggregate';
import { checkingEnvironment } from '../values/environment';
import type { MemberTypes, VariableTypes } from '../values/environment';
import { compileExpression } from '../values/expression';
import { didYouMean } from '../values/nearest';
import { splitTemplate, templateOf } from '../values/template';
import { compileFormat } from './compile-format';

interface Setting {
  readonly theme: Theme;
  readonly textDefaults: Compiler['textDefaults'];
  readonly datasets: Compiler['datasets'];
  readonly params: MemberTypes;
  /** Types of the datasets' aggregates; undefined where there are none. */
  readonly aggregates: Readonly<Record<string, MemberTypes>> | undefined;
  /** The definition's currency, which may hold islands. */
  readonly currency: string | undefined;
  /** Whether the elements stand in a page's header or footer and so may read `page`. */
  readonly isBand: boolean;
  readonly fault: Compiler['fault'];
}

/** Different ones, in the texts of all elements and in what stands on every page. */
const MAX_EXPRESSIONS = 5000;

const NOTHING: Expression = { type: undefined, members: [], evaluate: () => null };

/** Compiles what elements have in common. One serves all elements of a definition; `at` gives each its own paths. */
export class ElementCompiler implements Omit<Compiler, 'reads'> {
  private readonly environments = new Map<string, { environment: Environment; types: VariableTypes }>();
  private readonly expressions = new Map<string, ReturnType<typeof compileExpression>>();
  private isFull = false;
  readonly theme: Theme;
  readonly textDefaults: Compiler['textDefaults'];
  readonly datasets: Compiler['datasets'];

  constructor(private readonly setting: Setting) {
    this.theme = setting.theme;
    this.textDefaults = setting.textDefaults;
    this.datasets = setting.datasets;
  }

  /** @param reads is given the datasets that the element reads */
  at(base: string, reads: string[]): Compiler {
    const { theme, textDefaults, datasets } = this;
    return {
      theme,
      textDefaults,
      datasets,
      fault: (path, fault) => this.setting.fault(base + path, fault),
      unknownName: (path, kind, name, known) => this.unknownName(base + path, kind, name, known),
      template: (text, path, reach) => this.template(text, base + path, reach),
      expression: (source, path, reach) => this.expression(source, base + path, reach),
      condition: (source, path, reach) => this.condition(source, base + path, reach),
      format: (format, type, path) => this.format(format, type, base + path),
      reads: (dataset, path) => {
        if (datasets.has(dataset)) reads.push(dataset);
        else this.unknownName(base + path, 'dataset', dataset, [...datasets.keys()]);
      },
    };
  }

  fault(path: string, fault: Parameters<Compiler['fault']>[1]): void {
    this.setting.fault(path, fault);
  }

  unknownName(path: string, kind: string, name: string, known: readonly string[]): void {
    const hint =
      didYouMean(name, known) ?? (known.length > 0 ? `Declared are: ${known.slice(0, 20).join(', ')}.` : undefined);
    this.fault(path, {
      code: `unknown-${kind}`,
      detail: `There is no ${kind} \`${name}\`.`,
      ...(hint !== undefined && { hint }),
    });
  }

  template(text: string, path: string, reach?: Reach): Template {
    const pieces = splitTemplate(text);
    if (!pieces)
      this.fault(path, {
        code: 'island-not-closed',
        detail: 'A `${` has no `}`.',
        hint: 'Write `$${` for the characters themselves.',
      });
    return templateOf(
      (pieces ?? []).map((piece): TextPart | Expression => {
        if ('text' in piece) return piece.text;
        const late = reach?.isOnPage && this.pageValueOf(piece.source);
        return late ? { late } : this.expression(piece.source, path, reach);
      }),
    );
  }

  /** Bands are filled for each page, so that its number is an expression like any other there. */
  private pageValueOf(source: string): PageValue | undefined {
    if (source === 'page.total') return source;
    return source === 'page.number' && !this.setting.isBand ? source : undefined;
  }

  expression(source: string, path: string, reach: Reach = {}): Expression {
    // An unknown dataset is one fault, not one for each expression over its rows.
    const { dataset = reach.totalsOf } = reach;
    if (dataset !== undefined && !this.datasets.has(dataset)) return NOTHING;
    const key = JSON.stringify([nameOf(reach), source]);
    let compiled = this.expressions.get(key);
    if (!compiled) {
      if (this.expressions.size >= MAX_EXPRESSIONS) return this.refuseExpressions(path);
      const { environment, types } = this.environmentFor(reach);
      compiled = compileExpression(source, environment, types);
      this.expressions.set(key, compiled);
    }
    if ('evaluate' in compiled) return located(compiled, path);
    this.fault(path, { code: 'expression-invalid', ...compiled });
    return NOTHING;
  }

  private refuseExpressions(path: string): Expression {
    if (!this.isFull) {
      const detail = `A definition may have at most ${MAX_EXPRESSIONS} different expressions.`;
      this.fault(path, { code: 'too-large', detail });
    }
    this.isFull = true;
    return NOTHING;
  }

  /** An expression that is true or false. */
  condition(source: string, path: string, reach?: Reach): Expression {
    const expression = this.expression(source, path, reach);
    if (expression.type !== undefined && expression.type !== 'boolean') {
      const detail = `A condition is true or false, and \`${source}\` is ${expression.type}.`;
      this.fault(path, { code: 'expression-invalid', detail, hint: 'Compare it with something.' });
    }
    return expression;
  }

  format(format: FormatSpec | undefined, type: FieldType | undefined, path: string): FormatPlan {
    const currency = (): Template | undefined =>
      this.setting.currency === undefined ? undefined : this.template(this.setting.currency, '/currency');
    const compiled = compileFormat(format, type, { currency, template: (text) => this.template(text, path) });
    if ('options' in compiled) return compiled;
    this.fault(path, compiled);
    return { type, options: new Map() };
  }

  private environmentFor(reach: Reach): { environment: Environment; types: VariableTypes } {
    const { dataset, groupKey, totalsOf } = reach;
    const name = nameOf(reach);
    let known = this.environments.get(name);
    if (!known) {
      const fields = dataset === undefined ? undefined : this.datasets.get(dataset)!;
      const types: VariableTypes = {
        params: this.setting.params,
        ...(fields && { row: Object.fromEntries(fields.map((field) => [field.name, field.type])) }),
        ...(groupKey && { group: { key: groupKey } }),
        ...(totalsOf !== undefined && { totals: totalTypes(this.datasets.get(totalsOf)!) }),
        ...(this.setting.aggregates && { data: this.setting.aggregates }),
        tables: [...this.datasets.keys()].filter((each) => each.startsWith('data.')),
        ...(this.setting.isBand && { page: { number: 'integer' as const } }),
      };
      known = { environment: checkingEnvironment(types), types };
      this.environments.set(name, known);
    }
    return known;
  }
}

const nameOf = ({ dataset, groupKey, totalsOf }: Reach): string => JSON.stringify([dataset, groupKey, totalsOf]);

/** Of each field those totals that its type can have. */
function totalTypes(fields: readonly Column[]): Record<string, MemberTypes> {
  return Object.fromEntries(
    aggregations.map((how) => {
      const members = fields.filter(({ type }) => canAggregate(how, type));
      return [how, Object.fromEntries(members.map(({ name, type }) => [name, typeOfAggregate(how, type)]))];
    }),
  );
}

/** Says of a failure where in the definition it happened. */
function located(expression: Expression, path: string): Expression {
  return {
    ...expression,
    evaluate(variables) {
      try {
        return expression.evaluate(variables);
      } catch (error) {
        if (!(error instanceof RenderError)) throw error;
        throw new RenderError(error.code, `${path}: ${error.detail}`, {}, { cause: error });
      }
    },
  };
}
