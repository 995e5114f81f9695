/** The list of file formats that pages can be painted in; one line each. */
import type { Output } from '../model/output';
import { pdf } from './pdf/pdf';

const outputs: readonly Output[] = [pdf];

export const outputOf = (format: string): Output => outputs.find((output) => output.format === format)!;
