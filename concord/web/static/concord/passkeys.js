// A passkey is asked for when its button is pressed. Where there are none, the button is not shown.
const decoded = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const encoded = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function asBytes(options) {
  const asked = { ...options.publicKey, challenge: decoded(options.publicKey.challenge) };
  if (asked.user) asked.user = { ...asked.user, id: decoded(asked.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (asked[list]) asked[list] = asked[list].map((each) => ({ ...each, id: decoded(each.id) }));
  }
  return { publicKey: asked };
}

function asText(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = encoded(credential.response[part]);
  }
  return JSON.stringify({
    id: credential.id, rawId: encoded(credential.rawId), type: credential.type, response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  const says = form.querySelector("[role=alert]");
  const button = form.querySelector("button");
  form.hidden = false;
  button.addEventListener("click", async () => {
    says.textContent = "";
    button.disabled = true;
    try {
      const asked = asBytes(JSON.parse(form.dataset.options));
      const found = form.dataset.passkey === "create"
        ? await navigator.credentials.create(asked)
        : await navigator.credentials.get(asked);
      form.elements.credential.value = asText(found);
      form.submit();
    } catch (error) {
      says.textContent = error.name === "InvalidStateError"
        ? form.dataset.already : form.dataset.failed;
      button.disabled = false;
    }
  });
}
