/**
 * A table of contents: the headings and bookmarked groups after it, with their pages. How many there are is counted before
 * the first page is laid out, so that its lines have their room; what they say is written when the last page is finished.
 */
import type { Element } from '../../model/element';
import { RenderError } from '../../model/faults';
import { linesOfContents, pitch } from './contents-lines';

interface ContentsSpec {
  levels?: 1 | 2 | 3;
  groups?: boolean;
}

interface ContentsPlan {
  readonly levels: number;
  readonly hasGroups: boolean;
}

/** Lines of a table of contents that are still to be placed. */
interface ContentsContent {
  readonly plan: ContentsPlan;
  /** Index of the first, and how many there are from there on. */
  readonly first: number;
  readonly count: number;
  /** Where the first of all stands; known from there on. */
  readonly start?: { readonly page: number; readonly y: number };
}

/** Headings have levels up to this one. */
const LAST_HEADING = 3;

/** Their marks are kept until the last page is finished; nobody looks anything up in more. */
const MAX_LINES = 20_000;

const spaceBefore = 6;

/** Fewer lines than these do not begin at the foot of a page. */
const MIN_LINES = 3;

export const contents: Element<ContentsSpec, ContentsPlan, ContentsContent> = {
  type: 'toc',
  schema: {
    properties: {
      levels: { enum: [1, 2, 3], default: 3, description: 'List headings up to this level.' },
      groups: {
        type: 'boolean',
        default: true,
        description:
          'List the groups of tables that have `bookmark` too. They are counted before the first page is laid out; the rows are then gone through once more and wait in a temporary file.',
      },
    },
  },

  compile: ({ levels, groups }) => ({ levels: levels ?? LAST_HEADING, hasGroups: groups ?? true }),

  listsMark: isListed,

  async *bind(plan, scope) {
    const count = await scope.countMarks((level) => isListed(plan, level));
    if (count > MAX_LINES) throw tooLong();
    if (count > 0) yield { plan, first: 0, count };
  },

  place(content, region, context) {
    const before = region.isFresh ? 0 : spaceBefore;
    const room = Math.floor((region.height - before + 1e-6) / pitch);
    if (!region.isFresh && room < Math.min(MIN_LINES, content.count)) return { items: [], height: 0, rest: content };
    const count = Math.min(content.count, Math.max(1, room));
    const y = region.y + before;
    const start = content.start ?? { page: context.pageNumber, y };
    const { plan, first } = content;
    const marks = linesOfContents({
      isListed: ({ level, page, y: top }) =>
        isListed(plan, level) && (page > start.page || (page === start.page && top >= start.y)),
      first,
      count,
      width: region.width,
    });
    const rest = { plan, first: first + count, count: content.count - count, start };
    return {
      items: [{ kind: 'late', x: region.x, y, marks }],
      height: before + count * pitch,
      ...(rest.count > 0 && { rest }),
    };
  },
};

function isListed({ levels, hasGroups }: ContentsPlan, level: number): boolean {
  return level > LAST_HEADING ? hasGroups : level <= levels;
}

function tooLong(): RenderError {
  const detail = `The table of contents has more than the ${MAX_LINES} lines that it may have. Give it fewer \`levels\`, or leave out its \`groups\`.`;
  return new RenderError('output_too_large', detail);
}
