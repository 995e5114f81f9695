/** A paragraph of running text, in the body or in a page's header and footer. */
import type { Element, Template } from '../../model/element';
import type { Alignment, TextStyle } from '../../model/page';
import { colorSchema, lineHeight, textColor, type } from '../../model/theme';
import type { Paragraph } from '../../text/paragraph';
import { placeParagraph } from '../../text/paragraph';

interface TextSpec {
  text: string;
  align?: Alignment;
  size?: number;
  color?: string;
  bold?: boolean;
}

interface TextPlan {
  readonly text: Template;
  readonly align: Alignment;
  readonly style: TextStyle;
}

export const text: Element<TextSpec, TextPlan, Paragraph> = {
  type: 'text',
  schema: {
    required: ['text'],
    properties: {
      text: {
        type: 'string',
        maxLength: 20_000,
        description:
          'May hold `${…}` islands, `${page.number}` and `${page.total}` among them; a line feed ends a line.',
      },
      align: { enum: ['start', 'center', 'end'], default: 'start' },
      size: {
        type: 'number',
        minimum: 4,
        maximum: 72,
        description: 'Points; 9.5 in the body, 7.5 in header and footer.',
      },
      color: colorSchema,
      bold: { type: 'boolean', default: false },
    },
  },

  compile(spec, compiler) {
    return {
      text: compiler.template(spec.text, '/text', { isOnPage: true }),
      align: spec.align ?? 'start',
      style: {
        size: spec.size ?? compiler.textDefaults.size,
        weight: spec.bold ? 600 : type.body.weight,
        color: textColor(spec.color ?? compiler.textDefaults.color, compiler.theme),
        tabular: false,
      },
    };
  },

  *bind(plan, scope) {
    const { style, align } = plan;
    yield { parts: scope.parts(plan.text), style, align, leading: lineHeight, before: 6 };
  },

  place: placeParagraph,
};
