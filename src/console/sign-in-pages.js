/* global document, fetch, FormData, history, location */
// Sends the forms of /sign-in and /set-up to the API, and shows answers as text only.
const told = document.getElementById("told");
const part = (id) => document.getElementById(id);

async function ask(method, path, body, headers = {}) {
  const answer = await fetch(path, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.message);
  return said;
}

function sends(form, work) {
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    told.textContent = "";
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await work(Object.fromEntries(new FormData(form)));
    } catch (error) {
      told.textContent = error.message;
    } finally {
      button.disabled = false;
    }
  });
}

sends(part("sign-in"), async (fields) => {
  await ask("POST", "/api/v1/session", fields);
  location.href = "/";
});

const leaving = part("sign-out");
if (leaving !== null) {
  const session = await ask("GET", "/api/v1/session").catch(() => null);
  leaving.hidden = session === null;
  part("sign-in").hidden = session !== null;
  sends(leaving, async () => {
    const headers = { "x-sekisho-token": session.token };
    await ask("DELETE", "/api/v1/session", {}, headers);
    location.reload();
  });
}

const setUp = part("set-up");
if (setUp !== null) {
  const token = location.hash.slice(1);
  // Out of the address bar and the history.
  history.replaceState(null, "", "/set-up");
  try {
    const begun = await ask("POST", "/api/v1/set-up/begin", { token });
    part("secret").textContent = begun.secret;
    if (!begun.isFirst) {
      for (const name of ["name", "displayName"]) {
        setUp.elements[name].value = begun[name];
        setUp.elements[name].readOnly = true;
      }
    }
    setUp.hidden = false;
  } catch (error) {
    told.textContent = error.message;
  }
  sends(setUp, async (fields) => {
    const made = await ask("POST", "/api/v1/set-up/finish", {
      token,
      ...fields,
    });
    setUp.hidden = true;
    part("codes").textContent = made.recoveryCodes.join("\n");
    part("done").hidden = false;
  });
}
