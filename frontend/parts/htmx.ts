// Partial pages. The CSRF token of the page goes with every request; errors come back as whole messages.
import htmx from "htmx.org";

interface RequestEvent extends Event {
  detail: { ctx: { request: { headers: Record<string, string>; method: string } } };
}

function token(): string {
  const field = document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value;
  return field ?? /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

document.addEventListener("htmx:config:request", (event) => {
  (event as RequestEvent).detail.ctx.request.headers["X-CSRFToken"] = token();
});

export default htmx;
