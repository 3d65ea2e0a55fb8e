// Keep the text in its file, and never over what somebody else wrote there meanwhile.
import { post } from "./api.js";
import { $ } from "./dom.js";
import { lines } from "./messages.js";

// Keep `work` ({name, text, digest}); whether it was kept or taken, or is edited on, and the digest of the file.
export async function keep({ name, text, digest }) {
  for (;;) {
    const made = await post("/keep", { name, text, digest });
    if (made.kept) return { kind: "kept", digest: made.digest };
    const choice = await decide(name, text);
    if (choice === "back") return { kind: "edited on", digest: made.digest };
    if (choice === "theirs") return { kind: "taken", digest: made.digest };
    digest = made.digest; // write over what was shown, and nothing later
  }
}

// Show what is in the file beside the text, and ask what shall be done: back, theirs or mine.
export async function decide(name, text) {
  const { text: found } = await post("/difference", { name, text, against: "saved" });
  const dialog = $("conflict");
  $("conflict-lines").replaceChildren(...lines(found));
  dialog.returnValue = "back";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue || "back"), { once: true });
  });
}

export function listen() {
  for (const button of $("conflict").querySelectorAll("button")) {
    button.addEventListener("click", () => $("conflict").close(button.value));
  }
}
