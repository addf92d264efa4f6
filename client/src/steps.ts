/** `<wm-steps>`: rows of a form that can be added, removed and put in another order. */

import { announce, emit, isReady, part, word } from "./dom.js";
import { prepare } from "./shrink.js";
import type { Fields } from "./store.js";
import type { StepsElement } from "./wargame_mentorship.js";

type Field = HTMLInputElement | HTMLTextAreaElement;

const NAMING = ["name", "id", "for", "aria-describedby", "aria-labelledby"];
const NUMBER = /(^|[_-])\d+(?=$|[_-])/;

export class Steps extends HTMLElement implements StepsElement {
  #place: HTMLElement | undefined;
  #blank: HTMLElement | undefined;
  #add: HTMLElement | undefined;

  connectedCallback(): void {
    const rows = [...this.querySelectorAll<HTMLElement>(".wm-step-row")];
    const place = rows[0]?.parentElement;
    if (this.#place || !isReady() || !place) return;
    this.#place = place;
    for (const row of rows) {
      // Where a number says the order, for those without us: here the order says the number.
      row.querySelector(".wm-step-place")?.remove();
      // Some wait behind a summary.
      if (row.parentElement !== place) rows[rows.indexOf(row) - 1]?.after(row);
    }
    this.querySelector("details:not(:has(.wm-step-row))")?.remove();
    this.#blank = emptied(rows.findLast(isEmpty) ?? rows[0]!);
    for (const row of rows.slice(1).reverse()) {
      if (!isEmpty(row)) break;
      row.remove();
    }
    for (const row of this.#rows()) row.append(part("step-moves"));
    this.#add = part("step-add");
    this.#rows().at(-1)?.after(this.#add);
    this.#add.addEventListener("click", () => {
      focusIn(this.#append());
      this.#changed(word("step_added", { n: this.#rows().length }));
    });
    this.addEventListener("click", (event) => this.#onClick(event));
    this.addEventListener("change", (event) => void shrinkPhoto(event.target));
    this.classList.add("wm-on");
    this.#number();
  }

  /** See to it that there is a row for each of the fields that a draft has kept. */
  ensure(fields: Fields): void {
    const wanted = Object.keys(fields).filter(
      (name) => fields[name]?.join("") && find(this.#blank, numbered(name, 0)),
    );
    const isThere = (): boolean => wanted.every((name) => find(this, name));
    while (!isThere() && this.#rows().length < this.#most) this.#append();
  }

  get #most(): number {
    return Number(this.dataset["most"]) || 20;
  }

  #rows(): HTMLElement[] {
    return [...(this.#place?.querySelectorAll<HTMLElement>(":scope > .wm-step-row") ?? [])];
  }

  #append(): HTMLElement {
    const row = this.#blank!.cloneNode(true) as HTMLElement;
    row.append(part("step-moves"));
    const last = this.#rows().at(-1);
    if (last) last.after(row);
    else this.#add?.before(row);
    this.#number();
    return row;
  }

  #onClick(event: Event): void {
    const button = (event.target as Element).closest<HTMLButtonElement>(".wm-step-moves button");
    const rows = this.#rows();
    const at = rows.findIndex((row) => row.contains(button));
    const row = rows[at];
    if (!button || !row) return;
    if (button.dataset["move"] === "remove") {
      row.remove();
      if (rows.length === 1) this.#append();
      this.#number();
      focusIn(this.#rows()[Math.min(at, rows.length - 2)] ?? this.#rows()[0]);
      this.#changed(word("step_removed"));
      return;
    }
    if (button.dataset["move"] === "earlier") rows[at - 1]?.before(row);
    else rows[at + 1]?.after(row);
    this.#number();
    const other = row.querySelector<HTMLButtonElement>(".wm-step-moves button:enabled");
    (button.disabled ? other : button)?.focus();
    this.#changed(word("step_moved", { n: this.#rows().indexOf(row) + 1, all: rows.length }));
  }

  #number(): void {
    const rows = this.#rows();
    for (const [index, row] of rows.entries()) {
      const n = index + 1;
      for (const element of [row, ...row.querySelectorAll("*")]) renumber(element, index);
      if (row.hasAttribute("aria-label")) row.setAttribute("aria-label", word("step_name", { n }));
      const label = row.querySelector("label");
      if (label) label.textContent = word("step_name", { n });
      for (const button of row.querySelectorAll<HTMLButtonElement>(".wm-step-moves button")) {
        const move = button.dataset["move"] ?? "";
        button.setAttribute("aria-label", word(`step_${move}`, { n }));
        if (move === "earlier") button.disabled = index === 0;
        if (move === "later") button.disabled = n === rows.length;
      }
    }
    this.#add?.toggleAttribute("hidden", rows.length >= this.#most);
  }

  #changed(said: string): void {
    announce(said);
    emit(this, "wm:steps", { count: this.#rows().length });
  }
}

function find(scope: ParentNode | undefined, name: string): Field | null {
  return scope?.querySelector<Field>(`[name="${CSS.escape(name)}"]`) ?? null;
}

function numbered(value: string, index: number): string {
  return value.replace(NUMBER, `$1${index}`);
}

function renumber(element: Element, index: number): void {
  for (const name of NAMING) {
    const value = element.getAttribute(name);
    if (value) element.setAttribute(name, numbered(value, index));
  }
}

function emptied(row: HTMLElement): HTMLElement {
  const copy = row.cloneNode(true) as HTMLElement;
  for (const gone of copy.querySelectorAll(".wm-error, .wm-step-kept")) gone.remove();
  for (const field of copy.querySelectorAll<Field>("input, textarea")) {
    field.value = "";
    if (field instanceof HTMLInputElement) field.removeAttribute("value");
    else field.textContent = "";
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
  copy.classList.remove("wm-wrong");
  for (const element of [copy, ...copy.querySelectorAll("*")]) renumber(element, 0);
  return copy;
}

function isEmpty(row: HTMLElement): boolean {
  const fields = row.querySelectorAll<Field>("textarea, input:not([type=hidden], [type=checkbox])");
  return [...fields].every((field) => !field.value) && !row.querySelector(".wm-error, .wm-step-kept");
}

function focusIn(row: HTMLElement | undefined): void {
  row?.querySelector<HTMLElement>("textarea, input:not([type=hidden])")?.focus();
}

/** The photo of a step travels with the form; it may as well travel light. */
async function shrinkPhoto(input: EventTarget | null): Promise<void> {
  if (!(input instanceof HTMLInputElement) || input.type !== "file") return;
  const [file] = input.files ?? [];
  if (!file) return;
  const { blob, name } = await prepare(file, file.name);
  if (blob === file || input.files?.[0] !== file) return;
  const files = new DataTransfer();
  files.items.add(new File([blob], name, { type: blob.type }));
  input.files = files.files;
}
