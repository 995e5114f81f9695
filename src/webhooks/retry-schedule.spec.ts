import { loadConfig } from '../platform/config/config';
import { settings } from '../platform/config/settings';
import { nextTryIn, parseRetryAfter } from './retry-schedule';

const { webhookSchedule } = loadConfig([], {});
const [second, minute, hour] = [1_000, 60_000, 3_600_000];

describe('the schedule of retries', () => {
  it('is 0, 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h where nothing else is set', () => {
    expect(settings.webhookSchedule.default).toBe('0s,5s,5m,30m,2h,5h,10h,14h,20h,24h');
    const hours = [2, 5, 10, 14, 20, 24].map((count) => count * hour);
    expect(webhookSchedule).toEqual([0, 5 * second, 5 * minute, 30 * minute, ...hours]);
  });

  it.each(webhookSchedule.map((wait, tries) => [tries, wait]))(
    'after %i tries is %i ms, a fifth around',
    (tries, wait) => {
      expect(nextTryIn(webhookSchedule, tries, 0, 0)).toBe(Math.round(wait * 0.8));
      expect(nextTryIn(webhookSchedule, tries, 0, 1)).toBe(Math.round(wait * 1.2));
    },
  );

  it('ends after ten tries', () => {
    expect(nextTryIn(webhookSchedule, 10, 0)).toBeUndefined();
    expect(nextTryIn(webhookSchedule, 10, minute)).toBeUndefined();
  });

  it('waits longer where the receiver asks for it, a day at most, and never shorter', () => {
    expect(nextTryIn(webhookSchedule, 1, minute, 0.5)).toBe(minute);
    expect(nextTryIn(webhookSchedule, 1, 999 * hour, 0.5)).toBe(24 * hour);
    expect(nextTryIn(webhookSchedule, 3, second, 0.5)).toBe(30 * minute);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-25T08:00:00Z');

  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Wed, 25 Nov 2026 08:01:00 GMT', 60_000],
    ['Wed, 25 Nov 2026 07:00:00 GMT', 0],
    ['soon', 0],
    ['-5', 0],
    ['1.5', 0],
    ['2026-11-25', 0],
    [undefined, 0],
  ])('%s asks for %i ms', (text, ms) => {
    expect(parseRetryAfter(text, now)).toBe(ms);
  });
});
