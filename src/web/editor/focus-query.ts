/** Puts the cursor into the query field of the page, if there is one. */
export function focusQuery(): void {
  document.querySelector<HTMLElement>('.query-editor .cm-content')?.focus();
}
