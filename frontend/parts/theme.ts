// Light or dark: the reader's choice is kept on this device; nothing is chosen for them.
const KEY = "tinhso-theme";

function remembered(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage may be closed to us
  }
}

export function theme(): void {
  const root = document.documentElement;
  if (root.dataset["theme"]) return; // the wall is always dark
  const kept = remembered();
  if (kept) root.dataset["theme"] = kept;
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-theme-switch]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      root.dataset["theme"] = root.dataset["theme"] === "dark" ? "light" : "dark";
      try {
        localStorage.setItem(KEY, root.dataset["theme"]);
      } catch {
        // the choice lasts as long as the page
      }
    });
  }
}
