// Muster's console: what makes pages livelier. Everything but passkeys works without it.
"use strict";
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const token = () => document.querySelector('input[name="token"]')?.value ?? "";

  // Moments in the reader's zone; the exact instant stays in the title.
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  const localize = (root) => {
    for (const time of all("time[datetime]", root)) {
      const moment = new Date(time.dateTime);
      if (!Number.isNaN(moment.getTime())) time.textContent = format.format(moment);
    }
  };

  // What a password still lacks, ticked off while it is typed, counted as the server counts, which decides.
  const rules = {
    length: (text, item) => {
      const { least, leastBeside } = item.dataset;
      const isBeside = leastBeside && item.closest("form").elements.two_factor_required?.checked;
      return [...text].length >= Number(isBeside ? leastBeside : least);
    },
    upper: (text) => /\p{Uppercase}/u.test(text),
    lower: (text) => /\p{Lowercase}/u.test(text),
    digit: (text) => /\p{Nd}/u.test(text),
    sign: (text) => /[^\p{Alphabetic}\p{N}]/u.test(text),
  };
  const policies = () => {
    for (const box of all("[data-policy]")) {
      const input = box.querySelector("input");
      const list = box.querySelector(".strength");
      list.hidden = false;
      const tell = () => {
        for (const item of all("[data-rule]", list)) {
          item.classList.toggle("met", rules[item.dataset.rule](input.value.normalize("NFC"), item));
        }
      };
      input.addEventListener("input", tell);
      input.form.addEventListener("change", tell);
      tell();
    }
  };

  // Passkeys.
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const requestOptions = (options) =>
    PublicKeyCredential.parseRequestOptionsFromJSON?.(options) ?? {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: options.allowCredentials.map((key) => ({ ...key, id: bytes(key.id) })),
    };
  const creationOptions = (options) =>
    PublicKeyCredential.parseCreationOptionsFromJSON?.(options) ?? {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: options.excludeCredentials.map((key) => ({ ...key, id: bytes(key.id) })),
    };
  const asJSON = (credential) => {
    if (credential.toJSON) return credential.toJSON();
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
  };
  const post = async (path, body, login) => {
    const headers = { "Content-Type": "application/json", "X-Muster-Token": token() };
    if (login) headers["X-Muster-Login"] = login;
    const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    const type = answer.headers.get("Content-Type") ?? "";
    const content = type.startsWith("application/json") ? await answer.json() : {};
    if (!answer.ok) throw Object.assign(new Error(content.error?.message ?? String(answer.status)), { code: content.error?.code });
    return content;
  };
  const sign = async (root, target) => {
    const begun = await post(`${root}/options`, {});
    const credential = await navigator.credentials.get({ publicKey: requestOptions(begun.options) });
    await post(target, { credential: asJSON(credential) }, begun.login);
  };
  const usePasskey = async (root, next) => {
    await sign(root, root === "/sign-in/factor" ? "/sign-in/factor/passkey" : "/sign-in/passkey");
    const kept = document.querySelector("form[data-resume]");
    if (kept) kept.submit();
    else location.assign(next || "/");
  };
  // A passkey in place of the form's field for the present password; the form goes on after it.
  const confirmByPasskey = async (button) => {
    const form = button.closest("form");
    const password = form.querySelector('input[autocomplete="current-password"]');
    const isRequired = password.required;
    password.required = false;
    try {
      if (!form.reportValidity()) return;
      await sign("/account/confirm", "/account/confirm/passkey");
    } finally {
      password.required = isRequired;
    }
    const proof = button.closest("[data-proof]");
    if (proof) return void (proof.hidden = true);
    password.disabled = true;
    form.requestSubmit();
  };
  const addPasskey = async (button) => {
    const form = button.closest("form");
    const label = form.elements.label.value;
    const password = form.elements.password.value;
    let begun;
    try {
      begun = await post("/account/security/passkeys/options", password ? { password } : {});
    } catch (error) {
      if (error.code !== "factor.confirmation_required") throw error;
      form.querySelector("[data-proof]").hidden = false;
      form.elements.password.focus();
      return;
    }
    const credential = await navigator.credentials.create({ publicKey: creationOptions(begun.options) });
    form.elements.credential.value = JSON.stringify({ ...(label ? { label } : {}), credential: asJSON(credential) });
    form.elements.password.value = "";
    form.submit();
  };
  const passkeys = () => {
    if (!window.PublicKeyCredential) return;
    for (const part of all('[data-needs="passkeys"]')) part.hidden = false;
    for (const button of all("[data-passkey]")) {
      button.addEventListener("click", async () => {
        const told = button.parentElement.querySelector("[data-passkey-error]");
        told.textContent = "";
        button.disabled = true;
        try {
          if (button.dataset.passkey === "add") await addPasskey(button);
          else if (button.dataset.passkey === "confirm") await confirmByPasskey(button);
          else await usePasskey(button.dataset.passkey === "factor" ? "/sign-in/factor" : "/sign-in/passkey", button.dataset.next);
        } catch (error) {
          told.textContent = error.name === "Error" && error.message ? error.message : told.dataset.text;
        } finally {
          button.disabled = false;
        }
      });
    }
  };

  // Browsers have a clipboard on pages of safe connections alone; elsewhere they copy what is selected.
  const copy = async (field) => {
    try {
      await navigator.clipboard.writeText(field.value);
      return true;
    } catch {
      field.select();
      return document.execCommand("copy");
    }
  };
  // Copying, printing, files into fields, and boxes that tick all others.
  const helpers = () => {
    for (const button of all("[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        if (!(await copy(document.getElementById(button.dataset.copy)))) return;
        button.focus();
        if (!button.dataset.name) button.dataset.name = button.textContent;
        button.textContent = button.dataset.done;
        setTimeout(() => { button.textContent = button.dataset.name; }, 2000);
      });
    }
    for (const button of all("[data-print]")) {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    }
    for (const input of all("[data-file]")) {
      input.closest("[hidden]").hidden = false;
      input.addEventListener("change", async () => {
        if (input.files[0]) document.getElementById(input.dataset.file).value = await input.files[0].text();
      });
    }
    for (const box of all("[data-all]")) {
      box.hidden = false;
      box.addEventListener("change", () => {
        for (const other of all(`input[name="${box.dataset.all}"]`)) other.checked = box.checked;
      });
    }
    for (const box of all("[data-mask]")) box.addEventListener("change", () => sum(box.dataset.mask));
  };
  // Masks have 63 bits, more than a JavaScript number has.
  const sum = (name) => {
    let mask = BigInt(document.querySelector(`[data-rest="${name}"]`).dataset.value);
    for (const box of all(`[data-mask="${name}"]`)) if (box.checked) mask |= 1n << BigInt(box.value);
    document.querySelector(`[data-sum="${name}"]`).textContent = mask.toString();
  };

  // Search while it is typed: the list of the page is replaced by that of the answer.
  const search = () => {
    for (const form of all("form[data-live]")) {
      let timer, latest = 0;
      const load = async () => {
        const turn = ++latest;
        const query = new URLSearchParams(new FormData(form));
        for (const [name, value] of [...query]) if (!value) query.delete(name);
        const path = `${form.getAttribute("action")}?${query}`;
        let answer;
        try {
          answer = await fetch(path, { headers: { Accept: "text/html" } });
        } catch {
          return lookForServer();
        }
        if (answer.redirected) return location.assign(path);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const found = page.getElementById("results"), place = document.getElementById("results");
        if (!place || turn !== latest) return;
        // What is wrong stands where the list was, which was another question's.
        if (!answer.ok || !found) {
          const notes = all("main .note", page).map((one) => document.adoptNode(one));
          return notes.length ? place.replaceChildren(...notes) : undefined;
        }
        for (const told of all(".error[id]", form)) {
          told.textContent = page.getElementById(told.id)?.textContent ?? "";
          told.previousElementSibling.setAttribute("aria-invalid", String(told.textContent !== ""));
        }
        place.replaceWith(document.adoptNode(found));
        localize(document);
        helpersOf(document.getElementById("results"));
        history.replaceState(null, "", path);
      };
      // New events come by themselves; what is read aloud then is not the whole list again.
      for (const box of all("[data-keep-up]", form)) {
        box.closest("[hidden]").hidden = false;
        setInterval(() => {
          if (!box.checked || document.hidden) return;
          document.getElementById("results").setAttribute("aria-live", "off");
          load();
        }, 2000);
      }
      form.addEventListener("input", (event) => {
        clearTimeout(timer);
        timer = setTimeout(load, event.target.type === "search" ? 180 : 0);
      });
    }
  };
  // Where something is under way, the page is looked at again and again, until it is done.
  const follow = async () => {
    const place = document.querySelector("#results[data-follow]");
    if (!place) return;
    await new Promise((done) => setTimeout(done, 500));
    let answer;
    try {
      answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    } catch {
      return lookForServer();
    }
    if (answer.redirected || !answer.ok) return location.reload();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("results");
    if (!found) return;
    place.replaceWith(document.adoptNode(found));
    localize(document);
    follow();
  };

  // A list of users that is dropped or chosen is sent as it is, and looked at.
  const imports = () => {
    const form = document.querySelector("form[data-import]");
    if (!form) return;
    const drop = form.querySelector("[data-drop]"), input = drop.querySelector("input[type=file]");
    const told = drop.querySelector("[data-import-error]"), bar = drop.querySelector("progress");
    drop.hidden = false;
    const send = (file) => {
      told.textContent = "";
      const query = new URLSearchParams({ mode: form.elements.mode.value, name: file.name });
      if (form.elements.create_groups.checked) query.set("create_groups", "on");
      const request = new XMLHttpRequest();
      request.open("POST", `${form.dataset.import}?${query}`);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.setRequestHeader("X-Muster-Token", token());
      request.responseType = "json";
      request.upload.onprogress = (event) => { bar.hidden = false; bar.value = (100 * event.loaded) / event.total; };
      request.onerror = () => { bar.hidden = true; lookForServer(); };
      request.onload = () => {
        bar.hidden = true;
        if (request.status === 200) location.assign(request.response.path);
        else told.textContent = request.response?.error?.message ?? String(request.status);
      };
      request.send(file);
    };
    for (const name of ["dragover", "dragleave", "drop"]) {
      drop.addEventListener(name, (event) => {
        event.preventDefault();
        drop.classList.toggle("over", name === "dragover");
        if (name === "drop" && event.dataTransfer.files[0]) send(event.dataTransfer.files[0]);
      });
    }
    form.addEventListener("submit", (event) => {
      if (!input.files[0]) return;
      event.preventDefault();
      event.stopPropagation();
      send(input.files[0]);
    });
  };
  const helpersOf = (root) => {
    for (const box of all("[data-all]", root)) {
      box.hidden = false;
      box.addEventListener("change", () => {
        for (const other of all(`input[name="${box.dataset.all}"]`, root)) other.checked = box.checked;
      });
    }
  };

  // A page is not left while the server does not answer: what was typed stays, and it is said when the server is back.
  const away = document.getElementById("away"), awayText = away.textContent;
  const answers = async () => {
    try {
      await fetch("/muster/v1/server/status", { cache: "no-store", signal: AbortSignal.timeout(4000) });
      return true;
    } catch {
      return false;
    }
  };
  let isLooking = false;
  const lookForServer = async () => {
    away.textContent = awayText;
    away.className = "note warn away";
    away.hidden = false;
    if (isLooking) return;
    isLooking = true;
    do await new Promise((done) => setTimeout(done, 1500)); while (!(await answers()));
    isLooking = false;
    away.className = "note good away";
    away.textContent = away.dataset.back;
  };
  // A form is sent once, however often its button is pressed.
  const forms = () => {
    document.addEventListener("submit", async (event) => {
      const form = event.target;
      if (form.dataset.sent === "go") return void (form.dataset.sent = "yes");
      event.preventDefault();
      if (form.dataset.sent) return;
      form.dataset.sent = "yes";
      setTimeout(() => delete form.dataset.sent, 5000);
      if (await answers()) {
        form.dataset.sent = "go";
        form.requestSubmit(event.submitter);
      } else {
        delete form.dataset.sent;
        lookForServer();
      }
    });
    document.addEventListener("click", async (event) => {
      const link = event.target.closest?.("a[href]");
      const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
      if (!link || !isPlain || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
      if (link.origin !== location.origin || link.getAttribute("href").startsWith("#")) return;
      event.preventDefault();
      if (await answers()) location.assign(link.href);
      else lookForServer();
    });
    // A page that comes back from the browser's own memory may be sent again.
    addEventListener("pageshow", () => { for (const form of all("form[data-sent]")) delete form.dataset.sent; });
  };

  localize(document);
  policies();
  passkeys();
  helpers();
  search();
  forms();
  imports();
  follow();
  document.querySelector('[aria-invalid="true"]')?.focus();
})();
