/**
 * `<wm-before-after>`: two figures become one picture with a slider across it.
 *
 * The slider is a real range input over the whole picture: pointer, keys, touch and who only
 * listens all have it from the browser.
 */

import { isReady, word } from "./dom.js";
import type { BeforeAfterElement } from "./wargame_mentorship.js";

export class BeforeAfter extends HTMLElement implements BeforeAfterElement {
  connectedCallback(): void {
    if (this.classList.contains("wm-on") || !isReady()) return;
    if (this.querySelectorAll("figure.wm-before img, figure.wm-after img").length !== 2) return;
    const slider = document.createElement("input");
    slider.type = "range";
    slider.min = "0";
    slider.max = "100";
    slider.value = "50";
    slider.className = "wm-slider";
    slider.setAttribute("aria-label", this.dataset["label"] ?? word("compare"));
    const show = (): void => {
      this.style.setProperty("--wm-at", `${slider.value}%`);
      slider.setAttribute("aria-valuetext", word("compare_at", { n: slider.value }));
    };
    slider.addEventListener("input", show);
    show();
    this.append(slider);
    this.classList.add("wm-on");
  }
}
