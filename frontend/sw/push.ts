// What is pushed: a title and a path of this system, nothing else.
interface Pushed {
  id?: number;
  title?: string;
  href?: string;
}

function read(data: PushMessageData | null): Pushed {
  try {
    return (data?.json() ?? {}) as Pushed;
  } catch {
    return {};
  }
}

function inside(href: string | undefined): string {
  return href?.startsWith("/") && !href.startsWith("//") ? href : "/messages/";
}

export async function notify(worker: ServiceWorkerGlobalScope, data: PushMessageData | null): Promise<void> {
  const said = read(data);
  await worker.registration.showNotification(said.title || "Tin nhắn mới", {
    lang: "vi",
    tag: `message-${said.id ?? "new"}`,
    icon: "/icons/icon-192.png",
    badge: "/icons/badge-96.png",
    data: { href: inside(said.href) },
  });
}

export async function opened(worker: ServiceWorkerGlobalScope, notification: Notification): Promise<void> {
  notification.close();
  const href = inside((notification.data as { href?: string } | null)?.href);
  const open = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const here = open.find((client) => new URL(client.url).pathname === new URL(href, location.origin).pathname) ?? open[0];
  if (here) {
    await here.focus().catch(() => undefined);
    await here.navigate(href).catch(() => worker.clients.openWindow(href));
  } else {
    await worker.clients.openWindow(href);
  }
}
