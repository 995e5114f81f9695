/** A heading of three levels; it is bookmarked and never the last on its page. */
import type { Element, Template } from '../../model/element';
import type { TextPart } from '../../model/page';
import { colors, tightLineHeight, type } from '../../model/theme';
import { numbered } from '../../text/late-line';
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
  readonly title: readonly TextPart[];
}

const spaceBefore = { 1: 16, 2: 16, 3: 12 } as const;
const spaceAfter = 4;

export const heading: Element<HeadingSpec, HeadingPlan, HeadingContent> = {
  type: 'heading',
  schema: {
    required: ['text'],
    properties: {
      text: {
        type: 'string',
        maxLength: 1000,
        description: 'May hold `${…}` islands, `${page.number}` and `${page.total}` among them.',
      },
      level: { enum: [1, 2, 3], default: 1 },
    },
  },

  compile(spec, compiler) {
    return { text: compiler.template(spec.text, '/text', { isOnPage: true }), level: spec.level ?? 1 };
  },

  *bind(plan, scope) {
    const title = scope.parts(plan.text).filter((part) => part !== '');
    const style = { ...type.heading[plan.level], color: colors.ink, tabular: false };
    const before = spaceBefore[plan.level];
    yield {
      paragraph: { parts: title, style, align: 'start', leading: tightLineHeight, before },
      level: plan.level,
      title,
    };
  },

  marks: {
    levels: ({ level }) => [level],
    dataset: () => undefined,
    *each(plan, scope) {
      if (scope.parts(plan.text).some((part) => part !== '')) yield plan.level;
    },
  },

  place(content, region, context) {
    const room = { ...region, height: region.height - spaceAfter };
    const { items, height, rest } = placeParagraph(content.paragraph, room, context);
    if (items.length === 0) return { items: [], height: 0, rest: content };
    const title = numbered(content.title, context.pageNumber);
    const mark = { kind: 'outline' as const, y: region.y, level: content.level, title };
    return {
      items: title.length === 0 ? items : [mark, ...items],
      height: height + spaceAfter,
      keepWithNext: true,
      // The bookmark leads to the beginning only.
      ...(rest && { rest: { ...content, paragraph: rest, title: [] } }),
    };
  },
};
