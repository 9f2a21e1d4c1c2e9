// A wall: scenes follow one another for days without anybody near. The next scene is fetched before it is shown, so a
// server that is away costs nothing but the words that say since when. One timer drives everything, a scene replaces the
// one before it, and nothing else is kept: memory stays flat.
import { say } from "./parts/words.ts";

const TICK = 500; // ms
const HELD_FOR = 60_000; // after a key or a click the scene stays, in case nobody goes on
const LOOK_AGAIN = 45_000; // a scene that stays longer is fetched anew
const LONGEST_PAUSE = 60_000;
const PATIENCE = 20_000; // for one answer
const NIGHT = [2, 4] as const; // hours between which a wall may load itself anew

const one = <T extends HTMLElement>(selector: string): T | null => document.querySelector<T>(selector);
const scene = (): HTMLElement => document.getElementById("content") as HTMLElement;

type Outcome = "shown" | "away" | "strange";

function ageWords(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return `${Math.max(1, Math.round(ms / 1000))} ${say("giây", "seconds")}`;
  if (minutes < 120) return `${minutes} ${say("phút", "minutes")}`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} ${say("giờ", "hours")}` : `${Math.floor(hours / 24)} ${say("ngày", "days")}`;
}

// The province's time, whatever the screen's own clock is set to.
const hourOf = (at: Date): string =>
  at.toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Ho_Chi_Minh" });

class Wall {
  private paused = false;
  private heldUntil = 0;
  private shownAt = Date.now();
  private contactAt = Date.now();
  private askedAt = Date.now();
  private tryAt = 0;
  private failures = 0;
  private refusals = 0;
  private ready: HTMLElement | null = null;
  private asking = false;
  private wish: (() => void) | null = null;
  private loggedOut = false;
  private readonly builtAs = scene().dataset["build"] ?? "";
  private readonly silent = Number(document.body.dataset["silent"] ?? 90) * 1000;
  private readonly old = Number(document.body.dataset["old"] ?? 30) * 3_600_000;

  start(): void {
    for (const hidden of document.querySelectorAll<HTMLElement>("[data-wall-pause], [data-wall-progress]")) hidden.hidden = false;
    one("[data-wall-pause]")?.addEventListener("click", () => this.pause(!this.paused));
    document.addEventListener("click", (event) => this.click(event));
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("tinhso:live", (event) => {
      if ((event as CustomEvent<string>).detail !== "lost") this.contactAt = Date.now();
    });
    document.addEventListener("tinhso:refreshed", () => this.freshened());
    window.setInterval(() => this.tick(), TICK);
    this.look();
  }

  private get held(): boolean {
    return this.paused || Date.now() < this.heldUntil;
  }

  private tick(): void {
    const now = Date.now();
    this.say(now);
    if (!this.asking && now >= this.tryAt) {
      if (!this.ready && !this.held) void this.fetchNext();
      else if (now - this.askedAt > LOOK_AGAIN) void this.freshen();
    }
    const over = now - this.shownAt >= Number(scene().dataset["seconds"] ?? 20) * 1000;
    if (over && this.ready && !this.held) this.swap(this.ready);
    const bar = one<HTMLProgressElement>("[data-wall-progress]");
    if (bar) bar.value = Math.min(bar.max, (now - this.shownAt) / 1000);
    this.renewAtNight(now);
  }

  // The scene at an address, or why there is none.
  private async ask(address: string): Promise<HTMLElement | Outcome> {
    this.askedAt = Date.now();
    const answer = await fetch(address, { headers: { "X-Live": "1" }, signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
    if (!answer || answer.status >= 500) return "away";
    this.loggedOut = answer.redirected && answer.url.includes("/accounts/");
    const text = await answer.text().catch(() => "");
    const found = new DOMParser().parseFromString(text, "text/html").getElementById("content");
    return found?.dataset["scene"] ? document.adoptNode(found) : "strange";
  }

  private async fetchNext(address = scene().dataset["next"] ?? ""): Promise<boolean> {
    this.asking = true;
    try {
      const found = await this.ask(address);
      if (typeof found === "string") return this.failed(found);
      this.answered();
      this.ready = found;
      return true;
    } finally {
      this.done();
    }
  }

  private async freshen(): Promise<void> {
    this.asking = true;
    try {
      const found = await this.ask(scene().dataset["liveSrc"] ?? location.href);
      if (typeof found === "string") return void this.failed(found);
      this.answered();
      if (!scene().contains(document.activeElement)) {
        scene().replaceWith(found);
        this.freshened();
      }
    } finally {
      this.done();
    }
  }

  private done(): void {
    this.asking = false;
    const wish = this.wish;
    this.wish = null;
    wish?.();
  }

  private answered(): void {
    this.failures = this.refusals = 0;
    this.contactAt = Date.now();
  }

  // Ever longer pauses; what is answered but is no scene may have left the programme: begin it anew.
  private failed(why: string): false {
    this.failures += 1;
    this.tryAt = Date.now() + Math.min(LONGEST_PAUSE, 1000 * 2 ** this.failures) * (0.75 + Math.random() / 2);
    if (why === "strange" && !this.loggedOut && ++this.refusals >= 3) {
      const home = document.body.dataset["home"];
      if (home) scene().dataset["next"] = home;
    }
    return false;
  }

  private swap(next: HTMLElement): void {
    this.ready = null;
    this.shownAt = Date.now();
    next.classList.add("is-new");
    scene().replaceWith(next);
    this.look();
  }

  // After a scene was put there: its address, its place, its player.
  private look(): void {
    const shown = scene().dataset;
    history.replaceState(null, "", shown["liveSrc"] ?? location.href);
    document.title = `${scene().querySelector("h1")?.textContent ?? ""} · ${document.title.split(" · ").slice(1).join(" · ")}`;
    const bar = one<HTMLProgressElement>("[data-wall-progress]");
    if (bar) bar.max = Number(shown["seconds"] ?? 20);
    const place = one("[data-wall-place]");
    if (place) place.textContent = shown["place"] ?? "";
    for (const way of ["previous", "next"] as const) one<HTMLAnchorElement>(`[data-wall-${way}]`)?.setAttribute("href", shown[way] ?? "#");
    for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-wall-go]")) {
      link.toggleAttribute("aria-current", link.getAttribute("href") === shown["liveSrc"]);
    }
    this.freshened();
    document.dispatchEvent(new CustomEvent("tinhso:scene", { detail: shown["scene"] }));
  }

  private freshened(): void {
    if (scene().querySelector("ts-timemap")) void import("./timemap.ts");
    this.say(Date.now());
  }

  // Where somebody wants to go; what is under way is waited for, and only the last wish counts.
  private async go(way: "next" | "previous" | null, given = ""): Promise<void> {
    if (this.asking) return void (this.wish = () => void this.go(way, given));
    const address = way ? (scene().dataset[way] ?? "") : given;
    if (address === scene().dataset["next"] && this.ready) return this.swap(this.ready);
    this.ready = null;
    if ((await this.fetchNext(address)) && this.ready) this.swap(this.ready);
  }

  private pause(on: boolean): void {
    this.paused = on;
    if (!on) this.heldUntil = 0;
    const button = one("[data-wall-pause]");
    const word = button?.querySelector<HTMLElement>("[data-word]");
    button?.setAttribute("aria-pressed", String(on));
    if (word) [word.textContent, word.dataset["word"]] = [word.dataset["word"] ?? "", word.textContent ?? ""];
  }

  private click(event: Event): void {
    const link = (event.target as Element).closest<HTMLAnchorElement>("[data-wall-next], [data-wall-previous], [data-wall-go]");
    if (link) {
      event.preventDefault();
      link.closest("details")?.removeAttribute("open");
      const way = link.hasAttribute("data-wall-next") ? "next" : link.hasAttribute("data-wall-previous") ? "previous" : null;
      return void this.go(way, link.getAttribute("href") ?? "");
    }
    if (scene().contains(event.target as Node)) this.heldUntil = Date.now() + HELD_FOR;
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) return;
    const onControl = target.closest("a, button, summary") !== null;
    if (event.key === "ArrowRight") void this.go("next");
    else if (event.key === "ArrowLeft") void this.go("previous");
    else if (event.key === " " && !onControl) this.pause(!this.paused);
    else {
      if (event.key === "Tab" && scene().contains(document.activeElement)) this.heldUntil = Date.now() + HELD_FOR;
      return;
    }
    event.preventDefault();
  }

  // The time now, and in large letters since when nothing was heard, or how old the figures are.
  private say(now: number): void {
    const clock = one("[data-clock]");
    const hour = hourOf(new Date(now));
    if (clock && clock.textContent !== hour) clock.textContent = hour;
    document.body.classList.toggle("is-held", this.held);
    const box = one("[data-stale]");
    if (!box) return;
    const read = Date.parse(scene().dataset["at"] ?? "");
    const quiet = now - this.contactAt > this.silent || this.loggedOut;
    const aged = !Number.isFinite(read) || now - read > this.old;
    box.hidden = !quiet && !aged;
    if (box.hidden) return;
    const word = this.loggedOut ? say("HẾT PHIÊN ĐĂNG NHẬP", "LOGGED OUT") : quiet ? say("MẤT LIÊN LẠC", "NO CONTACT") : say("SỐ LIỆU CŨ", "OLD FIGURES");
    const since = quiet ? `${say("số liệu nhận lúc", "figures received at")} ${hourOf(new Date(this.contactAt))}, ${ageWords(now - this.contactAt)} ${say("trước", "ago")}` : `${say("đọc từ", "read")} ${ageWords(now - read)} ${say("trước", "ago")}`;
    put(box, "[data-stale-word]", word);
    put(box, "[data-stale-age]", since);
  }

  // A new script or style sheet is taken over at night, and only from a server that answers.
  private renewAtNight(now: number): void {
    const hour = Number(hourOf(new Date(now)).slice(0, 2));
    const changed = this.builtAs !== (scene().dataset["build"] ?? this.builtAs);
    if (changed && hour >= NIGHT[0] && hour < NIGHT[1] && now - this.contactAt < this.silent) location.reload();
  }
}

function put(box: HTMLElement, selector: string, text: string): void {
  const place = box.querySelector(selector);
  if (place && place.textContent !== text) place.textContent = text;
}

if (one("[data-wall]")) new Wall().start();
