import { ProgressBar } from './progress-bar';

function collect(isTTY: boolean) {
  let text = '';
  const bar = new ProgressBar({ isTTY, write: (part) => (text += part) });
  bar.show({ id: 'rep_1', status: 'queued' });
  bar.show({ id: 'rep_1', status: 'running', progress: { phase: 'layout', percent: 49.6, rows: 4_960, pages: 71 } });
  bar.show({ id: 'rep_1', status: 'running', progress: { phase: 'layout', percent: 80, rows: 8_000, pages: 120 } });
  bar.end();
  return text;
}

test('draws over one line on a terminal and clears it', () => {
  const lines = collect(true).split('\r\x1b[2K');
  expect(lines).toEqual([
    '',
    '  [------------------------------]    0 %  queued',
    '  [###############---------------]   49 %  layout  4,960 rows  71 pages',
    '  [########################------]   80 %  layout  8,000 rows  120 pages',
    '',
  ]);
});

test('prints a line for each phase elsewhere', () => {
  expect(collect(false)).toBe(
    '  [------------------------------]    0 %  queued\n' +
      '  [###############---------------]   49 %  layout  4,960 rows  71 pages\n',
  );
});
