/* global document, fetch, FormData, history, location, URLSearchParams */
// The browser comes back from the site's own sign-in: what came along goes to the API, out of the address bar, and nowhere else.
const told = document.getElementById("told");
const form = document.getElementById("code");

async function ask(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.message);
  return said;
}

async function show(work) {
  told.textContent = "";
  try {
    if (await work()) location.replace("/");
  } catch (error) {
    told.textContent = error.message;
  }
}

const given = new URLSearchParams(location.search);
history.replaceState(null, "", location.pathname);
const returned = {};
for (const name of ["code", "state", "iss", "error"])
  if (given.has(name)) returned[name] = given.get(name);

await show(async () => {
  const { codeNeeded } = await ask("/api/v1/session/oidc/finish", returned);
  form.hidden = !codeNeeded;
  return !codeNeeded;
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void show(async () => {
    await ask("/api/v1/session/oidc/code", {
      code: new FormData(form).get("code"),
    });
    return true;
  });
});
