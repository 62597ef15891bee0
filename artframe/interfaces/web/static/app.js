// What makes the pages nicer where scripts run; every page works without. No inline code anywhere, no dependencies.
"use strict";
(() => {
  const body = document.body;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  document.documentElement.classList.add("js");

  // ---- Words that pass: what could not be done
  const toast = document.getElementById("toast");
  let toastTimer = 0;
  const say = (text) => {
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => { toast.hidden = true; }, 8000);
  };
  body.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    const plain = (xhr.getResponseHeader("content-type") || "").startsWith("text/plain");
    say(plain && xhr.responseText ? xhr.responseText : body.dataset.failed);
  });
  body.addEventListener("htmx:sendError", () => say(body.dataset.lost));
  body.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRF-Token"] = body.dataset.csrf; });

  // ---- Events of the frame become events of the page, as "artframe:photo_shown"
  let source = null;
  let since = body.dataset.since;
  const listening = new Set(
    all("[hx-trigger]").flatMap((one) => one.getAttribute("hx-trigger").match(/artframe:\w+/g) || []).map((name) => name.slice(9))
  );
  const announce = (name) => {
    miss(name);
    body.dispatchEvent(new CustomEvent(`artframe:${name}`));
  };

  // A part that is on its way is replaced when it arrives, and what htmx had queued on the old one goes with it. So the
  // page keeps in mind which parts an event met while they were on their way, and asks for those once more. Progress
  // needs no second question: more of it follows, or the end. (That a new part listens from its first moment on is why
  // base.html sets htmx's settle delay to 0.)
  const underWay = new Map();
  const missed = new Set();
  const miss = (name) => {
    const meant = new RegExp(`artframe:${name} from:body(?! throttle)`);
    for (const part of all("[id][hx-get][hx-trigger]")) {
      if (underWay.get(part.id) && meant.test(part.getAttribute("hx-trigger"))) missed.add(part.id);
    }
  };
  body.addEventListener("htmx:beforeRequest", (event) => {
    const { xhr, target } = event.detail;
    underWay.set(target.id, (underWay.get(target.id) || 0) + 1);
    // Not htmx's own event: where the asking part has been replaced meanwhile, that one reaches nobody.
    xhr.addEventListener("loadend", () => arrived(target.id));
  });
  const arrived = (id) => {
    underWay.set(id, underWay.get(id) - 1);
    if (underWay.get(id) || !missed.delete(id)) return;
    const part = document.getElementById(id);
    if (part) window.htmx.ajax("GET", part.getAttribute("hx-get"), { source: part, target: part, swap: "outerHTML" });
  };
  const listen = () => {
    if (source || !since || !listening.size || document.hidden) return;
    listening.delete("reload");
    source = new EventSource(`/api/events?since=${encodeURIComponent(since)}&types=${[...listening]}`);
    for (const name of [...listening, "reload"]) {
      source.addEventListener(name, (event) => { since = event.lastEventId || since; announce(name); });
    }
  };
  const rest = () => { if (source) { source.close(); source = null; } };
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : listen()));
  addEventListener("pagehide", rest);
  addEventListener("pageshow", listen);
  listen();

  // ---- The next picture comes in …
  const tick = () => {
    for (const one of all("[data-countdown]")) {
      one.end ??= performance.now() + Number(one.dataset.countdown) * 1000;
      const left = Math.max(0, Math.ceil((one.end - performance.now()) / 1000));
      if (Number(one.dataset.countdown) < 3600) {
        one.textContent = left < 60 ? `${left} s` : `${Math.floor(left / 60)} min ${left % 60} s`;
      }
    }
  };
  setInterval(tick, 1000);

  // ---- A photo of the strip opens over the page
  const dialog = document.getElementById("dialog");
  body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "dialog-body" && !dialog.open) dialog.showModal();
    tick();
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

  // ---- What was in focus is in focus again when its part of the page came anew: keyboards and readers stay there
  const places = (part) => all("button, a, summary, [tabindex]", part);
  let focus = null;
  document.addEventListener("focusin", (event) => {
    const part = event.target.closest("[id][hx-get]");
    focus = part ? { part: part.id, place: places(part).indexOf(event.target) } : null;
  });
  body.addEventListener("htmx:afterSettle", () => {
    const part = focus && document.getElementById(focus.part);
    if (part && document.activeElement === body) places(part)[focus.place]?.focus({ preventScroll: true });
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

  // ---- Arrow keys leaf through the photos
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    if (event.target.closest("input, textarea, select, .strip, [contenteditable]")) return;
    const button = { ArrowLeft: ".js-left", ArrowRight: ".js-right" }[event.key];
    document.querySelector(button || "none")?.click();
  });

  // ---- A number that is typed is meant, not the tick beside it
  document.addEventListener("input", (event) => {
    const tick = document.getElementsByName(`${event.target.name}.null`)[0];
    if (tick && event.target.value.trim()) tick.checked = false;
  });

  // ---- Pickers: what does not fit the search is not shown
  document.addEventListener("input", (event) => {
    const filter = event.target.dataset.filter;
    if (!filter) return;
    const words = event.target.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    for (const one of all("label", document.getElementById(filter))) {
      const text = one.textContent.toLocaleLowerCase();
      one.hidden = !words.every((word) => text.includes(word)) && !one.querySelector(":checked");
    }
  });

  // ---- The editor of a file: numbers beside its lines, links to the wrong ones
  for (const editor of all("[data-editor]")) {
    const text = editor.querySelector("textarea");
    const numbers = editor.querySelector(".lines");
    const count = () => {
      const lines = text.value.split("\n").length;
      while (numbers.children.length < lines) {
        const line = document.createElement("span");
        line.id = `L${numbers.children.length + 1}`;
        line.textContent = numbers.children.length + 1;
        numbers.append(line);
      }
      while (numbers.children.length > lines) numbers.lastChild.remove();
      text.rows = lines + 1;
    };
    const select = (line) => {
      const lines = text.value.split("\n");
      const start = lines.slice(0, line - 1).reduce((length, one) => length + one.length + 1, 0);
      text.focus({ preventScroll: true });
      text.setSelectionRange(start, start + (lines[line - 1] || "").length);
      numbers.children[line - 1]?.scrollIntoView({ block: "center" });
    };
    const follow = () => { const line = /^#L(\d+)$/.exec(location.hash); if (line) select(Number(line[1])); };
    text.addEventListener("input", count);
    addEventListener("hashchange", follow);
    for (const one of all("[data-line]")) one.addEventListener("click", () => setTimeout(follow));
    count();
    // Going to #L7, the browser takes the focus away again once the page is loaded.
    addEventListener("load", () => setTimeout(follow));
  }

  // ---- First start: the code from behind the #, the time zone of the phone
  const code = document.querySelector("[data-code]");
  if (code && /^#\d{6}$/.test(location.hash)) {
    code.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    document.getElementById("name").focus();
  }
  const zone = document.querySelector("[data-zone] [name=time_zone]");
  if (zone && !zone.value) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";

  // ---- Tables of choices that filter at once
  for (const one of all(".filters select")) one.addEventListener("change", () => one.form.requestSubmit());
})();
