import { isReached, type Bound, type Figure } from './figure.js';

const headings = ['', 'measured', 'against', '', 'ratio', 'bound', ''];

/** The figures as people read them, one line each. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = [headings, ...figures.map(rowOf)];
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => aligned(row, widths)).join('\n');
}

function rowOf(figure: Figure): string[] {
  const { name, unit, measured, reference, comparedWith, ratio, bound } = figure;
  return [
    name,
    `${rounded(measured)} ${unit}`,
    `${rounded(reference)} ${unit}`,
    comparedWith,
    rounded(ratio),
    wordsOf(bound),
    isReached(figure) ? '' : 'MISSED',
  ];
}

function aligned(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join('  ')
    .trimEnd();
}

/** Three digits that mean something; whole numbers from a hundred on. */
function rounded(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function wordsOf(bound: Bound): string {
  if (bound === null) return '';
  return 'atLeast' in bound ? `≥ ${String(bound.atLeast)}` : `≤ ${String(bound.atMost)}`;
}
