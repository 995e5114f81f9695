import type { TypedBatch } from '../model/element';
import type { CompiledReport, PassKind } from '../model/report';

/** What a row costs in a pass, next to the others: measured with a table of eight columns. */
const weights: Readonly<Record<PassKind, number>> = { sorting: 1, reading: 1, counting: 1, rendering: 2 };

type ExpectedRows = Readonly<Record<string, number>>;

/** Tells how far a run has come: what its passes over the rows have done of all that the plan of its report foresees. */
export class PassProgress {
  private readonly total: number;
  private done = 0;

  /**
   * @param expected the rows of each dataset; without it nobody knows how much there is to do
   * @param onPassed told after each batch what kind of pass took it, and the share of the work that is done: between 0 and 1,
   *   and never less than before
   */
  constructor(
    report: Pick<CompiledReport, 'passes'>,
    private readonly expected: ExpectedRows | undefined,
    private readonly onPassed: (kind: PassKind, share: number | undefined) => void,
  ) {
    const passes = [...report.passes].flatMap(([dataset, { kinds }]) =>
      kinds.map((kind) => this.workOf(dataset, kind)),
    );
    this.total = passes.reduce((sum, work) => sum + work, 0);
  }

  /** The batches of a pass, counted as they are taken. */
  async *follow(dataset: string, kind: PassKind, batches: AsyncIterable<TypedBatch>): AsyncGenerator<TypedBatch> {
    let left = this.workOf(dataset, kind);
    for await (const batch of batches) {
      // There may be more rows than were expected, and fewer: those that cannot be read may have been left out.
      const work = Math.min(left, batch.rows.length * weights[kind]);
      left -= work;
      this.advance(kind, work);
      yield batch;
    }
    this.advance(kind, left);
  }

  /** A pass that was planned, and need not be. */
  skip(dataset: string, kind: PassKind): void {
    this.advance(kind, this.workOf(dataset, kind));
  }

  private workOf(dataset: string, kind: PassKind): number {
    return (this.expected?.[dataset] ?? 0) * weights[kind];
  }

  private advance(kind: PassKind, work: number): void {
    this.done += work;
    this.onPassed(kind, this.total === 0 ? undefined : Math.min(1, this.done / this.total));
  }
}
