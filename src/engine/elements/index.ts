/** The list of elements that a definition can use; one line each. */
import type { Element } from '../model/element';
import { contents } from './contents/contents';
import { heading } from './heading/heading';
import { table } from './table/table';
import { text } from './text/text';

export const elements: readonly Element<unknown, unknown, unknown>[] = [heading, text, table, contents];

export const elementOf = (type: string): Element<unknown, unknown, unknown> =>
  elements.find((element) => element.type === type)!;
