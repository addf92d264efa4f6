/**
 * `<wm-photo-picker>`: photos are made small and sent while one types.
 *
 * Each has its own progress, error, description and place; what happens to one happens to no
 * other. The form waits for those still on their way, and does not go without those that failed.
 */

import { announce, csrfToken, emit, isReady, part, viewer, word } from "./dom.js";
import { prepare } from "./shrink.js";
import { dropBlob, keepBlob, newBlobKey, takeBlob } from "./store.js";
import type { KeptPhoto } from "./store.js";
import { upload, UploadError } from "./upload.js";
import type { PhotoPickerElement, PickedPhoto } from "./wargame_mentorship.js";

/** `kept`: in this browser, until somebody has signed in. */
type State = "waiting" | "sending" | "kept" | "done" | "failed";
type Move = "earlier" | "later" | "retry" | "remove";

const AT_ONCE = 2;
const NO_ANSWER = 0;
const TOO_LARGE = 413;
const DRAGGED = "application/x-wm-photo";

/** One photo in the list. */
class Item {
  readonly row = part<HTMLLIElement>("photo");
  readonly alt = this.find<HTMLInputElement>("input[type=text]");
  readonly #frame = this.find(".wm-frame");
  readonly #bar = this.find<HTMLProgressElement>("progress");
  readonly #error = this.find(".wm-error");
  readonly #field = document.createElement("input");
  readonly cancel = new AbortController();
  state: State = "waiting";
  status = -1;
  /** What it is kept under in this browser, until it has arrived. */
  key = "";
  name = "";
  file: Blob | null = null;
  id = "";
  url = "";

  constructor(alt = "") {
    const id = `wm-alt-${newBlobKey()}`;
    this.alt.id = id;
    this.alt.value = alt;
    this.find<HTMLLabelElement>("label").htmlFor = id;
    this.#error.id = `${id}-error`;
    this.#field.type = "hidden";
    this.row.append(this.#field);
    this.set("waiting");
  }

  find<E extends HTMLElement = HTMLElement>(selector: string): E {
    const found = this.row.querySelector<E>(selector);
    if (!found) throw new Error(`The part "photo" lacks ${selector}.`);
    return found;
  }

  button(move: Move): HTMLButtonElement {
    return this.find<HTMLButtonElement>(`[data-move="${move}"]`);
  }

  show(picture: HTMLElement): void {
    this.#frame.querySelector("img, canvas, span")?.remove();
    picture.setAttribute("aria-hidden", "true");
    this.#frame.prepend(picture);
  }

  showUrl(onLost: () => void): void {
    const picture = document.createElement("img");
    picture.alt = "";
    picture.addEventListener("error", onLost);
    picture.src = this.url;
    this.show(picture);
  }

  progress(share: number): void {
    this.#bar.value = share;
  }

  set(state: State, error = ""): void {
    this.state = this.row.dataset["state"] = state;
    this.#bar.hidden = state !== "waiting" && state !== "sending";
    this.#error.hidden = !error;
    this.#error.querySelector("span")!.textContent = error;
    this.button("retry").hidden = state !== "failed" || !this.file;
    if (error) this.alt.setAttribute("aria-describedby", this.#error.id);
    else this.alt.removeAttribute("aria-describedby");
  }

  arrived(id: string, url: string): void {
    this.id = id;
    this.url = url;
    this.#field.name = "photo_ids";
    this.#field.value = id;
    this.alt.name = `alt_${id}`;
    this.set("done");
  }

  lost(): void {
    this.id = "";
    this.#field.removeAttribute("name");
    this.alt.removeAttribute("name");
  }

  number(n: number, all: number): void {
    for (const move of ["earlier", "later", "retry", "remove"] as const) {
      this.button(move).setAttribute("aria-label", word(`photo_${move}`, { n }));
    }
    this.button("earlier").disabled = n === 1;
    this.button("later").disabled = n === all;
    this.#bar.setAttribute("aria-label", word("photo_sending", { n }));
    this.find("label").textContent = word("photo_alt", { n });
  }
}

export class PhotoPicker extends HTMLElement implements PhotoPickerElement {
  #items: Item[] = [];
  #list: HTMLUListElement | undefined;
  #tools: HTMLElement | undefined;
  #problem: HTMLElement | undefined;
  #form: HTMLFormElement | null = null;
  #held: { submitter: HTMLElement | null } | null = null;
  #dragged: Item | undefined;

  get photos(): PickedPhoto[] {
    return this.#items
      .filter((item) => item.id)
      .map((item) => ({ id: item.id, alt_text: item.alt.value }));
  }

  get #most(): number {
    return Number(this.dataset["most"]) || 8;
  }

  connectedCallback(): void {
    if (this.#list) this.#listen();
    else if (isReady() && this.dataset["uploadUrl"]) this.#enhance();
  }

  disconnectedCallback(): void {
    this.#form?.removeEventListener("submit", this.#onSubmit, true);
    this.#form?.removeEventListener("paste", this.#onPaste);
    window.removeEventListener("online", this.#onOnline);
  }

  #listen(): void {
    this.#form = this.closest("form");
    // Before whoever else listens: the form is not to be taken as sent yet.
    this.#form?.addEventListener("submit", this.#onSubmit, true);
    this.#form?.addEventListener("paste", this.#onPaste);
    window.addEventListener("online", this.#onOnline);
  }

  #enhance(): void {
    const place = this.querySelector("fieldset") ?? this;
    const rows = this.querySelector<HTMLElement>(".wm-photo-rows");
    const list = this.querySelector<HTMLUListElement>(".wm-picked") ?? document.createElement("ul");
    list.className = "wm-picked";
    const tools = part("picker");
    this.#problem = tools.querySelector<HTMLElement>(".wm-error") ?? undefined;
    if (viewer()) tools.querySelector(".wm-hint")?.remove();
    this.#list = list;
    this.#tools = tools;
    for (const button of tools.querySelectorAll<HTMLButtonElement>("button[data-input]")) {
      const input = tools.querySelector<HTMLInputElement>(`input.${button.dataset["input"]}`);
      button.addEventListener("click", () => input?.click());
      input?.addEventListener("change", () => {
        this.add(input.files ?? []);
        // The same photo again is a choice too.
        input.value = "";
      });
    }
    const given = [...list.children].filter((child) => child instanceof HTMLElement);
    list.replaceChildren();
    place.insertBefore(list, rows);
    place.insertBefore(tools, rows);
    // Rows with errors stay: the summary above the form leads to them.
    if (rows && !rows.querySelector(".wm-error")) {
      rows.hidden = true;
      for (const input of rows.querySelectorAll("input")) input.disabled = true;
    }
    for (const row of given) this.#adopt(row);
    this.#number();
    this.#listenToList(list);
    this.classList.add("wm-on");
    this.#listen();
  }

  /** A photo that the server knows already, as it stands in the page. */
  #adopt(row: HTMLElement): void {
    const field = row.querySelector<HTMLInputElement>("input[name=photo_ids]");
    const id = row.dataset["photo"] ?? field?.value;
    const picture = row.querySelector("img");
    if (!id) return;
    const alt = row.querySelector<HTMLInputElement>(`input[name="alt_${id}"]`);
    this.#put({ id, url: picture?.getAttribute("src") ?? "", alt: alt?.value ?? picture?.alt ?? "" });
  }

  // ---------------------------------------------------------------------------- adding, drafts

  add(files: Iterable<File>): void {
    const given = [...files];
    const free = Math.max(0, this.#most - this.#items.length);
    for (const file of given.slice(0, free)) {
      const item = this.#insert(new Item());
      item.name = file.name;
      item.file = file;
      item.key = newBlobKey();
    }
    const problem = given.length > free ? word("photo_too_many", { most: this.#most }) : "";
    this.#say(problem);
    this.#number();
    this.#work();
    this.#changed();
  }

  /** What a draft keeps of the list. */
  keep(): KeptPhoto[] {
    return this.#items.map(({ id, url, key, name, alt }) =>
      id ? { id, url, alt: alt.value } : { key, name, alt: alt.value },
    );
  }

  /** Make the list what a draft has kept. */
  async restore(kept: KeptPhoto[]): Promise<void> {
    for (const item of this.#items) item.row.remove();
    this.#items = [];
    for (const photo of kept.slice(0, this.#most)) await this.#put(photo);
    this.#number();
    this.#work();
  }

  /** Add what a draft has kept and never sent: the form came back without it. */
  async restoreUnsent(kept: KeptPhoto[]): Promise<void> {
    for (const [index, photo] of kept.entries()) {
      if (photo.key && this.#items.length < this.#most) await this.#put(photo, index);
    }
    this.#number();
    this.#work();
  }

  async #put(photo: KeptPhoto, at?: number): Promise<void> {
    const item = new Item(photo.alt);
    if (photo.id) {
      this.#insert(item, at);
      item.arrived(photo.id, photo.url ?? "");
      item.showUrl(() => {
        item.lost();
        this.#fail(item, word("photo_gone"));
      });
    } else if (photo.key) {
      const blob = await takeBlob(photo.key);
      if (!blob) return;
      Object.assign(item, { file: blob, key: photo.key, name: photo.name ?? "photo" });
      this.#insert(item, at);
    }
  }

  #insert(item: Item, at = this.#items.length): Item {
    this.#items.splice(at, 0, item);
    this.#list?.insertBefore(item.row, this.#list.children[at] ?? null);
    return item;
  }

  // ------------------------------------------------------------------------------------ sending

  #work(): void {
    const busy = this.#items.filter((item) => item.state === "sending").length;
    for (const item of this.#items.filter((one) => one.state === "waiting").slice(0, AT_ONCE - busy)) {
      item.set("sending");
      void this.#send(item).finally(() => {
        this.#number();
        this.#work();
      });
    }
    if (this.#held && !this.#isBusy()) {
      const { submitter } = this.#held;
      this.#held = null;
      this.#say("");
      this.#form?.requestSubmit(submitter);
    }
  }

  #isBusy(): boolean {
    return this.#items.some((item) => item.state === "waiting" || item.state === "sending");
  }

  async #send(item: Item): Promise<void> {
    if (!item.file) return;
    const ready = await prepare(item.file, item.name);
    if (item.cancel.signal.aborted) return;
    item.show(ready.preview ?? named(item.name));
    item.file = ready.blob;
    item.name = ready.name;
    const isKept = await keepBlob(item.key, ready.blob);
    if (!viewer()) {
      // Photos belong to an account: they travel once somebody has signed in.
      if (isKept) item.set("kept");
      else this.#fail(item, word("photo_later_not"));
      return;
    }
    try {
      const photo = await upload({
        url: this.dataset["uploadUrl"] ?? "",
        blob: ready.blob,
        name: ready.name,
        altText: item.alt.value,
        csrfToken: csrfToken(this.#form ?? document),
        signal: item.cancel.signal,
        onProgress: (share) => item.progress(share),
      });
      item.arrived(photo.id, photo.thumbnail_url);
      if (!ready.preview) item.showUrl(() => undefined);
      item.file = null;
      void dropBlob(item.key);
      announce(word("photo_done", { n: this.#items.indexOf(item) + 1, all: this.#items.length }));
      this.#changed();
    } catch (error) {
      if (item.cancel.signal.aborted) return;
      item.status = error instanceof UploadError ? error.status : -1;
      const said = error instanceof UploadError ? error.message : "";
      this.#fail(item, said || word(WORDS[item.status] ?? "photo_refused"));
    }
  }

  #fail(item: Item, message: string): void {
    item.set("failed", message);
    announce(word("photo_failed", { n: this.#items.indexOf(item) + 1, message }));
    this.#changed();
  }

  readonly #onOnline = (): void => {
    for (const item of this.#items) {
      if (item.state === "failed" && item.status === NO_ANSWER && item.file) item.set("waiting");
    }
    this.#work();
  };

  readonly #onSubmit = (event: SubmitEvent): void => {
    if (event.defaultPrevented) return;
    const failed = this.#items.find((item) => item.state === "failed");
    if (this.#isBusy()) {
      event.preventDefault();
      this.#held = { submitter: event.submitter };
      this.#say(word("photo_held"));
    } else if (failed) {
      event.preventDefault();
      this.#say(word("photo_left"));
      const retry = failed.button("retry");
      (retry.hidden ? failed.button("remove") : retry).focus();
    }
  };

  readonly #onPaste = (event: ClipboardEvent): void => {
    const files = event.clipboardData?.files ?? [];
    // Text with pictures in it is meant as text.
    if (files.length === 0 || event.clipboardData?.types.includes("text/plain")) return;
    event.preventDefault();
    this.add(files);
  };

  // --------------------------------------------------------------------------- order and removal

  #listenToList(list: HTMLUListElement): void {
    list.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLButtonElement>("button[data-move]");
      const item = this.#itemAt(event);
      if (button && item) this.#act(item, button.dataset["move"] as Move);
    });
    list.addEventListener("dragstart", (event) => {
      this.#dragged = this.#itemAt(event);
      event.dataTransfer?.setData(DRAGGED, "");
    });
    list.addEventListener("dragover", (event) => {
      const over = this.#itemAt(event);
      if (!this.#dragged || !over) return;
      event.preventDefault();
      if (over !== this.#dragged) this.#place(this.#dragged, this.#items.indexOf(over));
    });
    list.addEventListener("dragend", () => {
      if (this.#dragged) this.#moved(this.#dragged);
      this.#dragged = undefined;
    });
    this.addEventListener("dragover", (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    });
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!this.#dragged) this.add(event.dataTransfer?.files ?? []);
    });
  }

  #itemAt(event: Event): Item | undefined {
    const row = (event.target as Element).closest("li");
    return this.#items.find((item) => item.row === row);
  }

  #act(item: Item, move: Move): void {
    const at = this.#items.indexOf(item);
    if (move === "retry") {
      item.set("waiting");
      item.progress(0);
      this.#work();
    } else if (move === "remove") {
      this.#remove(item, at);
    } else {
      this.#place(item, move === "earlier" ? at - 1 : at + 1);
      this.#moved(item);
      const button = item.button(move);
      (button.disabled ? item.button(move === "earlier" ? "later" : "earlier") : button).focus();
    }
  }

  #place(item: Item, at: number): void {
    this.#items.splice(this.#items.indexOf(item), 1);
    this.#items.splice(at, 0, item);
    item.row.remove();
    this.#list?.insertBefore(item.row, this.#list.children[at] ?? null);
    this.#number();
  }

  #moved(item: Item): void {
    announce(word("photo_moved", { n: this.#items.indexOf(item) + 1, all: this.#items.length }));
    this.#changed();
  }

  #remove(item: Item, at: number): void {
    item.cancel.abort();
    this.#items.splice(at, 1);
    item.row.remove();
    if (item.key) void dropBlob(item.key);
    this.#say("");
    this.#number();
    const next = this.#items[Math.min(at, this.#items.length - 1)];
    (next?.button("remove") ?? this.#tools?.querySelector<HTMLElement>("button:last-of-type"))?.focus();
    announce(word("photo_removed"));
    this.#changed();
    this.#work();
  }

  #number(): void {
    for (const [index, item] of this.#items.entries()) item.number(index + 1, this.#items.length);
    this.#tools?.classList.toggle("wm-full", this.#items.length >= this.#most);
  }

  #say(problem: string): void {
    if (!this.#problem) return;
    this.#problem.hidden = !problem;
    this.#problem.querySelector("span")!.textContent = problem;
    if (problem) announce(problem);
  }

  #changed(): void {
    emit(this, "wm:photos", { photos: this.photos });
  }
}

/** What stands for a picture that this browser cannot show. */
function named(name: string): HTMLElement {
  const label = document.createElement("span");
  label.textContent = name;
  return label;
}

const WORDS: Record<number, string> = {
  [NO_ANSWER]: "photo_no_answer",
  [TOO_LARGE]: "photo_too_large",
};
