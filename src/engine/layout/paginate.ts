/** Gives content its place on pages, in one pass: a page is yielded as soon as nothing can change on it. */
import type { PlaceContext, Placement } from '../model/element';
import type { Warnings } from '../model/faults';
import { RenderError } from '../model/faults';
import type { Page } from '../model/page';
import type { BoundReport, Piece } from '../model/report';
import { leastBody } from '../model/theme';
import { layOutBands } from './bands';
import { PageBuilder } from './page-builder';

interface Limits {
  readonly maxPages: number;
}

/** @throws RenderError where there would be more pages than allowed, or where something fits on no page. */
export async function* paginate(report: BoundReport, limits: Limits, warnings: Warnings): AsyncGenerator<Page> {
  const pages = new Pages(report, limits, warnings);
  for await (const piece of report.body) yield* pages.place(piece);
  yield pages.finish();
}

/** A piece that must not be the last on its page, and the page as it was before it. */
interface Kept {
  readonly piece: Piece;
  readonly before: ReturnType<PageBuilder['mark']>;
}

/** A text of a few lines may belong to the heading above and to what follows. */
const MAX_INTRODUCTION = 60;

class Pages {
  private page: PageBuilder;
  private kept: Kept[] = [];
  /** What was kept before the last piece, and that piece, where it may be an introduction to the next. */
  private introduction: Kept[] = [];
  private readonly context: PlaceContext;

  constructor(
    private readonly report: BoundReport,
    private readonly limits: Limits,
    private readonly warnings: Warnings,
  ) {
    const built = new WeakMap<object, unknown>();
    const pageNumber = (): number => this.page.number;
    this.context = {
      theme: report.theme,
      get pageNumber() {
        return pageNumber();
      },
      warn: (code, detail) => warnings.add(code, detail),
      shared<T>(owner: object, build: () => T): T {
        if (!built.has(owner)) built.set(owner, build());
        return built.get(owner) as T;
      },
    };
    this.page = new PageBuilder(report.page, 1);
  }

  /** Places a piece on this page and as many more as it needs; yields the pages that it fills. */
  *place(piece: Piece): Generator<Page> {
    let { content } = piece;
    for (;;) {
      const before = this.page.mark();
      const placement = this.tryToPlace(piece, content);
      const isNothing = placement.items.length === 0 && placement.rest !== undefined;
      if (isNothing && this.page.isFresh) throw this.doesNotFit(piece);
      this.page.add(placement);
      if (placement.rest === undefined) {
        this.remember({ piece: { ...piece, content }, before }, placement);
        return;
      }
      content = placement.rest;
      yield* this.turn(isNothing ? this.leadingTo(placement) : []);
    }
  }

  /** What stands alone with its heading on a page must begin there, for it has no more room on the next. */
  private tryToPlace({ element }: Piece, content: unknown): Placement<unknown> {
    const { region } = this.page;
    const placement = element.place(content, region, this.context);
    const isNothing = placement.items.length === 0 && placement.rest !== undefined;
    const first = this.introduction[0] ?? this.kept[0];
    const mustBegin = isNothing && first && this.isFreshAt(first) && region.height >= leastBody.height;
    return mustBegin ? element.place(content, { ...region, isFresh: true }, this.context) : placement;
  }

  /** What moves along to the next page with something that has no room on this one. */
  private leadingTo({ takesIntroduction }: Placement<unknown>): readonly Kept[] {
    return takesIntroduction && this.introduction.length > 0 ? this.introduction : this.kept;
  }

  private remember(placed: Kept, { height, keepWithNext, leadsOver }: Placement<unknown>): void {
    const leads = leadsOver && this.kept.length > 0 && height <= MAX_INTRODUCTION;
    this.introduction = leads ? [...this.kept, placed] : [];
    this.kept = keepWithNext ? [...this.kept, placed] : [];
  }

  finish(): Page {
    return this.page.finish(layOutBands(this.report, this.page.number, this.context, this.warnings));
  }

  /** Begins a page, to which `kept` moves along unless it stands at the top of this one already. */
  private *turn(kept: readonly Kept[]): Generator<Page> {
    const first = kept[0];
    const moves = first && !this.isFreshAt(first) ? kept.map(({ piece }) => piece) : [];
    if (first && moves.length > 0) this.page.rewind(first.before);
    yield this.finish();
    if (this.page.number >= this.limits.maxPages) {
      throw new RenderError(
        'output_too_large',
        `The report has more than the ${this.limits.maxPages} pages that it may have.`,
      );
    }
    this.page = new PageBuilder(this.report.page, this.page.number + 1);
    this.kept = [];
    this.introduction = [];
    for (const piece of moves) yield* this.place(piece);
  }

  private isFreshAt({ before }: Kept): boolean {
    return before.y === this.report.page.margins.top;
  }

  private doesNotFit({ element }: Piece): RenderError {
    const detail = `Page ${this.page.number}: a ${element.type} needs more room than a page has.`;
    return new RenderError('template_error', detail);
  }
}
