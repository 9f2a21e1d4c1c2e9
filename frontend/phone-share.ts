// <a data-share="/…/card.png?…" data-share-title="…" data-share-text="…" data-share-url="…">: hands the picture to the
// phone's own sheet where it takes files; elsewhere the link goes where it says. [data-copy]: puts its text on the clipboard.
async function picture(address: string): Promise<File | null> {
  const answer = await fetch(address);
  if (!answer.ok) return null;
  const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "chi-tieu.png";
  return new File([await answer.blob()], name, { type: "image/png" });
}

async function hand(link: HTMLElement): Promise<void> {
  const { share, shareTitle: title = "", shareText: text = "", shareUrl: url = "" } = link.dataset;
  const file = share ? await picture(share) : null;
  const whole = file ? { files: [file], title, text: `${text}\n${url}` } : null;
  await navigator.share(whole && navigator.canShare?.(whole) ? whole : { title, text, url });
}

export function share(): void {
  for (const link of document.querySelectorAll<HTMLElement>("[data-share]")) {
    if (!("share" in navigator)) continue;
    link.hidden = false;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      void hand(link).catch(() => undefined); // the reader changed their mind
    });
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      void navigator.clipboard.writeText(button.dataset["copy"] ?? "").then(() => {
        button.textContent = button.dataset["copied"] ?? "";
      });
    });
  }
}
