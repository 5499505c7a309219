/**
 * Filters the tables of files, sorts them by a click on a column and unfolds the findings for paper. The page is complete without: this script only
 * hides and reorders rows that are there, and reads no data but their text.
 */
export const pageScript = `
'use strict';
const filter = document.querySelector('.filter');
const tables = [...document.querySelectorAll('table.files')];
const rows = tables.flatMap((table) => [...table.tBodies[0].rows]);
if (filter && rows.length > 20) {
  filter.hidden = false;
  const input = filter.querySelector('input');
  const status = filter.querySelector('[role=status]');
  input.addEventListener('input', () => {
    const wanted = input.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      row.hidden = wanted !== '' && !row.textContent.toLowerCase().includes(wanted);
      if (!row.hidden) shown += 1;
    }
    status.textContent = wanted === '' ? '' : shown.toLocaleString('en-US') + ' of ' + rows.length.toLocaleString('en-US') + ' files';
  });
}
addEventListener('beforeprint', () => {
  for (const folded of document.querySelectorAll('#findings details')) folded.open = true;
});
const valueOf = (row, column) => {
  const cell = row.cells[column];
  const text = (cell.querySelector('div') ?? cell).textContent.trim();
  const number = Number(text.replaceAll(',', ''));
  return cell.classList.contains('n') && !Number.isNaN(number) ? number : text;
};
for (const table of tables) {
  const body = table.tBodies[0];
  for (const head of table.tHead.rows[0].cells) {
    if (head.textContent === '') continue;
    const button = document.createElement('button');
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const isUp = head.getAttribute('aria-sort') !== 'ascending';
      for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', isUp ? 'ascending' : 'descending');
      const column = head.cellIndex;
      const sorted = [...body.rows].sort((a, b) => {
        const [x, y] = [valueOf(a, column), valueOf(b, column)];
        const way = typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y));
        return isUp ? way : -way;
      });
      body.append(...sorted);
    });
  }
}
`;
