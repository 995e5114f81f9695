/** A heading of three levels; it is bookmarked and never the last on its page. */
import type { Element, Template } from '../../model/element';
import { colors, tightLineHeight, type } from '../../model/theme';
import type { Paragraph } from '../../text/paragraph';
import { placeParagraph } from '../../text/paragraph';

interface HeadingSpec {
  text: string;
  level?: 1 | 2 | 3;
}

interface HeadingPlan {
  readonly text: Template;
  readonly level: 1 | 2 | 3;
}

interface HeadingContent {
  readonly paragraph: Paragraph;
  readonly level: number;
  readonly title: string;
}

const spaceBefore = { 1: 16, 2: 16, 3: 12 } as const;
const spaceAfter = 4;

export const heading: Element<HeadingSpec, HeadingPlan, HeadingContent> = {
  type: 'heading',
  schema: {
    required: ['text'],
    properties: {
      text: { type: 'string', maxLength: 1000, description: 'May hold `${…}` islands.' },
      level: { enum: [1, 2, 3], default: 1 },
    },
  },

  compile(spec, compiler) {
    return { text: compiler.template(spec.text, '/text'), level: spec.level ?? 1 };
  },

  *bind(plan, scope) {
    const title = scope.text(plan.text);
    const style = { ...type.heading[plan.level], color: colors.ink, tabular: false };
    const before = spaceBefore[plan.level];
    yield {
      paragraph: { parts: [title], style, align: 'start', leading: tightLineHeight, before },
      level: plan.level,
      title,
    };
  },

  place(content, region) {
    const { items, height, rest } = placeParagraph(content.paragraph, {
      ...region,
      height: region.height - spaceAfter,
    });
    if (items.length === 0) return { items: [], height: 0, rest: content };
    const mark = { kind: 'outline' as const, y: region.y, level: content.level, title: content.title };
    return {
      items: content.title === '' ? items : [mark, ...items],
      height: height + spaceAfter,
      keepWithNext: true,
      // The bookmark leads to the beginning only.
      ...(rest && { rest: { ...content, paragraph: rest, title: '' } }),
    };
  },
};
