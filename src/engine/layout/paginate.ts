/** Gives content its place on pages, in one pass: a page is yielded as soon as nothing can change on it. */
import type { PlaceContext } from '../model/element';
import type { Warnings } from '../model/faults';
import { RenderError } from '../model/faults';
import type { Page } from '../model/page';
import type { BoundReport, Piece } from '../model/report';
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

class Pages {
  private page: PageBuilder;
  private kept: Kept[] = [];
  private readonly context: PlaceContext;

  constructor(
    private readonly report: BoundReport,
    private readonly limits: Limits,
    private readonly warnings: Warnings,
  ) {
    const built = new WeakMap<object, unknown>();
    this.context = {
      theme: report.theme,
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
      const placement = piece.element.place(content, this.page.region, this.context);
      const isNothing = placement.items.length === 0 && placement.rest !== undefined;
      if (isNothing && this.page.isFresh) throw this.doesNotFit(piece);
      this.page.add(placement);
      if (placement.rest === undefined) {
        this.kept = placement.keepWithNext ? [...this.kept, { piece: { ...piece, content }, before }] : [];
        return;
      }
      content = placement.rest;
      yield* this.turn(isNothing);
    }
  }

  finish(): Page {
    return this.page.finish(layOutBands(this.report, this.page.number, this.context, this.warnings));
  }

  /** Begins a page. What is kept with the next moves along if of the next nothing fitted here. */
  private *turn(takesKept: boolean): Generator<Page> {
    const first = this.kept[0];
    const moves = takesKept && first !== undefined && !this.isFreshAt(first) ? this.kept.map(({ piece }) => piece) : [];
    if (moves.length > 0) this.page.rewind(first!.before);
    yield this.finish();
    if (this.page.number >= this.limits.maxPages) {
      throw new RenderError(
        'output_too_large',
        `The report has more than the ${this.limits.maxPages} pages that it may have.`,
      );
    }
    this.page = new PageBuilder(this.report.page, this.page.number + 1);
    this.kept = [];
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
