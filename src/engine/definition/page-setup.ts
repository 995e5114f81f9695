import type { Compiler } from '../model/element';
import { bandMargin, leastBody } from '../model/theme';
import type { PageSetup } from '../model/report';
import { toPoints } from './units';

/** Portrait widths and heights in points. */
export const pageSizes = {
  A3: [841.89, 1190.55],
  A4: [595.28, 841.89],
  A5: [419.53, 595.28],
  Letter: [612, 792],
  Legal: [612, 1008],
} as const;

type Length = number | string;

export interface PageSpec {
  size?: keyof typeof pageSizes | [Length, Length];
  orientation?: 'portrait' | 'landscape';
  margins?: Length | [Length, Length, Length, Length];
}

const MAX_SIDE = 14_400;

export function setUpPage(
  spec: PageSpec,
  bands: { header: boolean; footer: boolean },
  fault: Compiler['fault'],
): PageSetup {
  const size = spec.size ?? 'A4';
  const [short, long] = typeof size === 'string' ? pageSizes[size] : [toPoints(size[0]), toPoints(size[1])];
  const isLandscape = spec.orientation === 'landscape' && long > short;
  const [width, height] = isLandscape ? [long, short] : [short, long];
  const asked = spec.margins ?? [56, 48, 56, 48];
  const sides = Array.isArray(asked) ? asked : [asked, asked, asked, asked];
  const [top, right, bottom, left] = sides.map(toPoints) as [number, number, number, number];
  const body = { width: width - left - right, height: height - top - bottom };
  if (width > MAX_SIDE || height > MAX_SIDE || body.width < leastBody.width || body.height < leastBody.height) {
    fault('/page', {
      code: 'page-without-room',
      detail: `The page leaves ${points(body.width)} × ${points(body.height)} points for the body, and it needs ${leastBody.width} × ${leastBody.height} at least, on a page of ${MAX_SIDE} at most.`,
      hint: 'Make the page larger or its margins smaller.',
    });
  }
  for (const [name, margin] of [
    ['header', top],
    ['footer', bottom],
  ] as const) {
    if (!bands[name] || margin >= bandMargin) continue;
    const side = name === 'header' ? 'top' : 'bottom';
    const detail = `A ${name} stands in the ${side} margin, which must be ${bandMargin} points high at least.`;
    fault('/page/margins', { code: 'margin-too-small', detail });
  }
  return { width, height, margins: { top, right, bottom, left } };
}

const points = (value: number): string => value.toFixed(0);
