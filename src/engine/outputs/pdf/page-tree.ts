import type PDFDocument from 'pdfkit';
import type { ReportDocument } from './report-document';
import { raw, reference } from './report-document';

/** Pages under one node, so that a viewer finds a page of a long report without reading through all of them. */
const NODE_SIZE = 256;

/** The tree of pages, of two levels; what is finished is written and forgotten. */
export class PageTree {
  private readonly nodes: number[] = [];
  private kids: number[] = [];
  count = 0;

  constructor(private readonly document: ReportDocument) {}

  /** Adds a page and returns the number of its parent. */
  add(page: number): number {
    if (this.kids.length === NODE_SIZE) this.writeNode();
    if (this.kids.length === 0) this.nodes.push(this.document.allocate());
    this.kids.push(page);
    this.count += 1;
    return this.nodes.at(-1)!;
  }

  finish(): void {
    this.writeNode();
    Object.assign(this.document._root.data.Pages.data, {
      Kids: raw(`[${this.nodes.map(reference).join(' ')}]`),
      Count: this.count,
    });
  }

  private writeNode(): void {
    const root: PDFDocument.Reference = this.document._root.data.Pages;
    this.document.write(
      this.nodes.at(-1)!,
      `<</Type/Pages/Parent ${root.toString()}/Count ${this.kids.length}/Kids[${this.kids.map(reference).join(' ')}]>>`,
    );
    this.kids = [];
  }
}
