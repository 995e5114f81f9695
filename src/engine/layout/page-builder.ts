import type { Placement, Region } from '../model/element';
import type { Page, PageItem } from '../model/page';
import type { PageSetup } from '../model/report';

/** A page while it is being filled from the top down. */
export class PageBuilder {
  private items: PageItem[] = [];
  private y: number;

  constructor(
    private readonly setup: PageSetup,
    readonly number: number,
  ) {
    this.y = setup.margins.top;
  }

  /** What is free. */
  get region(): Region {
    const { width, height, margins } = this.setup;
    return {
      x: margins.left,
      y: this.y,
      width: width - margins.left - margins.right,
      height: height - margins.bottom - this.y,
      isFresh: this.isFresh,
    };
  }

  get isFresh(): boolean {
    return this.y === this.setup.margins.top;
  }

  add(placement: Placement<unknown>): void {
    for (const item of placement.items) this.items.push(item);
    this.y += placement.height;
  }

  /** How far the page is filled, for `rewind`. */
  mark(): { readonly items: number; readonly y: number } {
    return { items: this.items.length, y: this.y };
  }

  rewind(mark: { readonly items: number; readonly y: number }): void {
    this.items.length = mark.items;
    this.y = mark.y;
  }

  finish(bands: readonly PageItem[]): Page {
    return {
      number: this.number,
      width: this.setup.width,
      height: this.setup.height,
      items: bands.concat(this.items),
    };
  }
}
