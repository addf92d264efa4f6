// Lists what the components tell; as a host's script would hear it.
const KINDS = ["wm:submit", "wm:respond", "wm:assign", "wm:select-category", "wm:reply", "wm:photos", "wm:steps", "wm:load", "wm:error"];
const log = document.getElementById("event-log");
const cancels = document.getElementById("cancel-events");

for (const kind of KINDS) {
  document.addEventListener(kind, (event) => {
    if (cancels.checked) event.preventDefault();
    const entry = document.createElement("li");
    const name = document.createElement("strong");
    const detail = document.createElement("code");
    name.textContent = kind;
    detail.textContent = JSON.stringify(event.detail);
    entry.append(name, " ", detail);
    log.prepend(entry);
  });
}
