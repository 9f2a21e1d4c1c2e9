// <table data-grid>: Enter and the arrows move between its inputs as in a spreadsheet; left and right leave a cell only at its edge.
export function grid(): void {
  for (const hint of document.querySelectorAll<HTMLElement>("[data-grid-hint]")) hint.hidden = false;
  document.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const row = input.closest("tr");
    const body = input.closest<HTMLTableSectionElement>("table[data-grid] tbody");
    if (!row || !body) return;
    const cells = (of: Element): HTMLInputElement[] => [...of.querySelectorAll<HTMLInputElement>("input")];
    const rows = [...body.rows];
    const at = { row: rows.indexOf(row), column: cells(row).indexOf(input) };
    const atStart = input.selectionStart === 0 && input.selectionEnd === 0;
    const atEnd = input.selectionStart === input.value.length;
    const step: [number, number] | undefined = {
      Enter: [event.shiftKey ? -1 : 1, 0] as [number, number],
      ArrowDown: [1, 0] as [number, number],
      ArrowUp: [-1, 0] as [number, number],
      ArrowLeft: atStart ? ([0, -1] as [number, number]) : undefined,
      ArrowRight: atEnd ? ([0, 1] as [number, number]) : undefined,
    }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = rows[at.row + step[0]];
    const cell = next && cells(next)[at.column + step[1]];
    cell?.focus();
    cell?.select();
  });
}
