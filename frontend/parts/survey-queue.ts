// Sends what waits, one after the other, as whoever filled it in: what another person filled in waits for that person.
import { all, drop, get, keep, type Kept } from "./survey-store.ts";

const LOCK = "tinhso-surveys", KEPT_DAYS = 7;
const TOKEN = "/surveys/token/";
export type Left = "nothing" | "network" | "log-in";
export const CHANGED = "tinhso:surveys";

interface Door {
  token: string;
  owner: string;
}

// "log-in": nobody is logged in, so that nothing can be sent for now.
async function door(): Promise<Door | "log-in" | null> {
  try {
    const answer = await fetch(TOKEN, { credentials: "same-origin", cache: "no-store" });
    if (answer.status === 401) return "log-in";
    return answer.ok ? ((await answer.json()) as Door) : null;
  } catch {
    return null;
  }
}

export function flush(): Promise<Left> {
  return navigator.locks.request(LOCK, async (): Promise<Left> => {
    const everything = await all();
    for (const old of everything) if (old.state === "sent" && Date.now() - Date.parse(old.at) > KEPT_DAYS * 86_400_000) await drop(old.instance);
    const waiting = everything.filter((one) => one.state === "waiting" && !one.problem);
    if (!waiting.length) return "nothing";
    const open = await door();
    if (open === "log-in") return "log-in";
    if (!open) return "network";
    let left: Left = "nothing";
    for (const one of waiting.filter(({ owner }) => owner === open.owner)) {
      const done = await send(one, open).catch(() => "network" as const);
      if (done !== "nothing") left = done;
      dispatchEvent(new Event(CHANGED));
      if (done === "log-in") break;
    }
    return left;
  }) as Promise<Left>;
}

function body(one: Kept, open: Door): FormData {
  const data = new FormData();
  for (const [name, value] of one.fields) data.append(name, value);
  data.set("csrfmiddlewaretoken", open.token);
  data.set("instance", one.instance);
  for (const { name, file, blob } of one.files) data.append(name, blob, file);
  return data;
}

async function send(one: Kept, open: Door): Promise<Left> {
  const headers = { "X-Survey-Queue": open.owner };
  const answer = await fetch(`/surveys/${one.code}/`, { method: "POST", body: body(one, open), headers, credentials: "same-origin" });
  if (!(answer.headers.get("Content-Type") ?? "").includes("json")) {
    if (answer.status === 413) await refused(one, "413");
    return answer.status === 403 ? "log-in" : "network"; // a proxy's page, or a server that is not well: it stays
  }
  const told = (await answer.json()) as { ref?: string; address?: string; message?: string; problems?: Kept["problems"] };
  if (answer.status === 201 && told.ref && told.address) {
    await keep({ ...one, state: "sent", files: [], fields: [], sent: { ref: told.ref, address: told.address } });
    return "nothing";
  }
  if (answer.status === 422) await refused(one, told.message ?? "", told.problems);
  if (answer.status === 401) return "log-in";
  return answer.status === 422 || answer.status === 409 ? "nothing" : "network";
}

// It stays with every answer, and says what to mend.
async function refused(one: Kept, problem: string, problems: Kept["problems"] = []): Promise<void> {
  const now = await get(one.instance);
  if (now?.state === "waiting") await keep({ ...now, problem: problem || "?", problems });
}
