import type { CalendarDate } from './calendar-date';
import type { Decimal } from './decimal';

/** The types of fields, parameters and expressions, and the values that they have inside the engine. */
export const fieldTypes = ['string', 'integer', 'decimal', 'boolean', 'date', 'dateTime'] as const;

export type FieldType = (typeof fieldTypes)[number];

/** `integer` is a bigint, `dateTime` a Date; nothing (missing, null, an empty cell) is null. */
export type Value = string | bigint | Decimal | boolean | CalendarDate | Date | null;

/** A value of every row, by its name in expressions. */
export interface Column {
  readonly name: string;
  readonly type: FieldType;
  /** Whether its values are computed, so that their trailing zeros mean nothing. */
  readonly isComputed?: boolean;
}

/** A column that the source has. */
export interface Field extends Column {
  /** The source's own name, whatever characters it has. */
  readonly from: string;
  readonly isRequired: boolean;
}

export const isNumeric = (type: FieldType): boolean => type === 'integer' || type === 'decimal';

export const aggregations = ['sum', 'count', 'min', 'max', 'avg', 'first', 'last'] as const;

export type Aggregation = (typeof aggregations)[number];
