/** What all elements share: pieces and words from the page, the live region, events. */

/** What the server renders for us to clone, in the reader's language (`{% wm_elements %}`). */
function kit(): HTMLTemplateElement | null {
  return document.querySelector("template.wm-client");
}

/** Whether elements may enhance anything here: without words they would be mute. */
export function isReady(): boolean {
  return kit() !== null;
}

/** Who reads the page, as a hash; empty for nobody in particular. */
export function viewer(): string {
  return kit()?.dataset["viewer"] ?? "";
}

export function part<E extends HTMLElement>(name: string): E {
  const found = kit()?.content.querySelector<E>(`[data-part="${name}"]`);
  if (!found) throw new Error(`template.wm-client lacks the part "${name}".`);
  const copy = document.importNode(found, true);
  copy.removeAttribute("data-part");
  return copy;
}

export function word(name: string, values: Record<string, string | number> = {}): string {
  const text = kit()?.content.querySelector(`[data-word="${name}"]`)?.textContent ?? "";
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole));
}

let region: HTMLElement | undefined;

/** Tell those who listen, when it suits them. */
export function announce(text: string): void {
  if (!region) {
    region = document.createElement("div");
    region.className = "wm-unseen";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  const said = document.createElement("p");
  said.textContent = text;
  // A moment later: a region that has just come into being is not listened to yet.
  setTimeout(() => region?.replaceChildren(said), 100);
}

/** Dispatch an event that a host may cancel; returns whether to go on. */
export function emit<T>(target: Element, name: string, detail: T): boolean {
  return target.dispatchEvent(
    new CustomEvent<T>(name, { detail, bubbles: true, cancelable: true, composed: true }),
  );
}

/** The token that Django's forms carry. */
export function csrfToken(scope: ParentNode): string {
  const field =
    scope.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]") ??
    document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]");
  return field?.value ?? "";
}

/** Call something once nothing has asked for it for a while. */
export function later(wait: number, act: () => void): (() => void) & { now(): void; stop(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => clearTimeout(timer);
  const ask = (): void => {
    stop();
    timer = setTimeout(act, wait);
  };
  const now = (): void => {
    stop();
    act();
  };
  return Object.assign(ask, { now, stop });
}

export function isRightToLeft(element: Element): boolean {
  return getComputedStyle(element).direction === "rtl";
}
