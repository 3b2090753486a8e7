// What a page remembers on the phone. Browsers may refuse it (private windows, blocked cookies): then nothing is kept.

function guarded(area) {
  const attempt = (deed, otherwise = null) => {
    try {
      return deed(window[area]);
    } catch {
      return otherwise;
    }
  };
  return {
    get: (key) => attempt((store) => store.getItem(key)),
    /** Return whether it is kept. */
    set: (key, value) => attempt((store) => (store.setItem(key, value), true), false),
    remove: (key) => attempt((store) => store.removeItem(key)),
    keys: () => attempt((store) => Object.keys(store), []),
  };
}

/** As long as the browser wishes, and as long as this window is open. */
export const onPhone = guarded("localStorage");
export const inWindow = guarded("sessionStorage");
