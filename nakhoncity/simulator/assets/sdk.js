/* A stand-in for LINE's LIFF SDK: the same names and answers, spoken with the simulator. */
(() => {
  "use strict";
  const base = new URL(document.currentScript.src).origin;
  const STORE = "simulator.liff";
  const LOGIN_LIFE_MS = 30_000;
  let session = null;
  let wasInitialised = false;
  let settle;
  const ready = new Promise((resolve) => {
    settle = resolve;
  });

  const fault = (code, message) => Object.assign(new Error(message), { code });

  async function ask(path, content) {
    let answer;
    try {
      answer = await fetch(`${base}/liff/api/${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(content),
        credentials: "omit",
      });
    } catch {
      throw fault("INTERNAL", "Failed to fetch");
    }
    const data = await answer.json();
    if (!answer.ok) throw fault(data.code || "INTERNAL", data.message || `HTTP ${answer.status}`);
    return data;
  }

  const decode = (token) => {
    const part = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(part), (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  };

  const isFresh = (kept) => Boolean(kept?.idToken) && decode(kept.idToken).exp * 1000 > Date.now() + LOGIN_LIFE_MS;

  function recall() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(STORE) || "null");
      return isFresh(kept) ? kept : null;
    } catch {
      return null;
    }
  }

  function takeCode() {
    const parts = new URLSearchParams(location.hash.slice(1));
    const code = parts.get("sim");
    if (!code) return "";
    parts.delete("sim");
    const rest = parts.toString();
    history.replaceState(history.state, "", location.pathname + location.search + (rest ? `#${rest}` : ""));
    return code;
  }

  async function begin(config) {
    const code = takeCode();
    if (code) {
      try {
        session = await ask("exchange", { code });
        sessionStorage.setItem(STORE, JSON.stringify(session));
      } catch (error) {
        // A code that was used before: the page was opened again from the history.
        session = recall();
        if (!session && error.code !== "INVALID_ARGUMENT") throw error;
      }
    } else {
      session = recall();
    }
    wasInitialised = true;
    if (config.withLoginOnExternalBrowser && !session) {
      liff.login();
      return new Promise(() => {});
    }
    settle();
    return undefined;
  }

  function needLogin() {
    if (!wasInitialised) throw fault("INVALID_CONFIG", "liff.init() was not called");
    if (!session) throw fault("UNAUTHORIZED", "Need access_token for api call, Please login first");
  }

  const withAs = (url) => {
    const address = new URL(url, location.href);
    if (session && address.href.startsWith(`${base}/liff/`)) address.searchParams.set("as", session.userId);
    return address.href;
  };

  const liff = {
    id: null,
    ready,
    async init(config, done, failed) {
      try {
        if (!config?.liffId) throw fault("INVALID_CONFIG", "liffId is necessary for liff.init()");
        liff.id = config.liffId;
        await begin(config);
      } catch (error) {
        failed?.(error);
        throw error;
      }
      done?.();
    },
    getOS: () => (/Android/.test(navigator.userAgent) ? "android" : /iPhone|iPad/.test(navigator.userAgent) ? "ios" : "web"),
    getLanguage: () => "th",
    getAppLanguage: () => "th",
    getVersion: () => "2.0.0-simulator",
    getLineVersion: () => (liff.isInClient() ? "15.0.0" : null),
    isInClient: () => Boolean(session?.isInClient),
    isLoggedIn: () => Boolean(session),
    isApiAvailable: (name) => name === "multipleLiffTransition" && liff.isInClient(),
    login(config) {
      const target = config?.redirectUri || location.href.split("#")[0];
      location.assign(`${base}/liff/login?redirect=${encodeURIComponent(target)}`);
    },
    logout() {
      session = null;
      sessionStorage.removeItem(STORE);
    },
    getIDToken: () => session?.idToken ?? null,
    getDecodedIDToken: () => (session ? decode(session.idToken) : null),
    getAccessToken: () => (session ? "simulator-access-token" : null),
    getContext: () => session?.context ?? (wasInitialised ? { type: "external" } : null),
    async getProfile() {
      needLogin();
      return { ...session.profile };
    },
    async getFriendship() {
      needLogin();
      return ask("friendship", { idToken: session.idToken });
    },
    async sendMessages(messages) {
      needLogin();
      if (!liff.isInClient()) throw fault("FORBIDDEN", "sendMessages is not allowed in external browser");
      await ask("messages", { idToken: session.idToken, messages });
    },
    openWindow({ url, external } = {}) {
      if (!url) throw fault("INVALID_ARGUMENT", "url is necessary");
      if (external) window.open(withAs(url), "_blank", "noopener");
      else location.assign(withAs(url));
    },
    closeWindow() {
      if (liff.isInClient()) location.assign(session.chat);
      else window.close();
    },
    permission: {
      query: async () => ({ state: session ? "granted" : "unavailable" }),
      requestAll: async () => undefined,
      getGrantedAll: async () => ["profile", "openid", "chat_message.write"],
    },
    permanentLink: {
      createUrlBy: async (url) => `${base}/liff/${liff.id}${new URL(url).pathname.replace(/^\/liff/, "")}`,
    },
  };
  window.liff = liff;
})();
