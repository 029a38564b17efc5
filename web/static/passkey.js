// Passkeys: ask the device, put its answer into the form, send the form. Without scripts these forms stay hidden.
"use strict";

(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const toBytes = (text) => {
    const plain = text.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(plain), (letter) => letter.charCodeAt(0));
  };

  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const readOptions = (given) => {
    const options = JSON.parse(given);
    options.challenge = toBytes(options.challenge);
    if (options.user) options.user.id = toBytes(options.user.id);
    for (const list of ["allowCredentials", "excludeCredentials"]) {
      for (const entry of options[list] || []) entry.id = toBytes(entry.id);
    }
    return options;
  };

  const writeAnswer = (credential) => {
    const { response } = credential;
    const answer = {
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: { clientDataJSON: toText(response.clientDataJSON) },
    };
    if (response.attestationObject) {
      answer.response.attestationObject = toText(response.attestationObject);
      answer.response.transports = response.getTransports ? response.getTransports() : [];
    } else {
      answer.response.authenticatorData = toText(response.authenticatorData);
      answer.response.signature = toText(response.signature);
      answer.response.userHandle = response.userHandle ? toText(response.userHandle) : null;
    }
    return JSON.stringify(answer);
  };

  const keep = (form, name, value) => {
    const field = form.elements[name] || form.appendChild(document.createElement("input"));
    field.type = "hidden";
    field.name = name;
    field.value = value;
  };

  const ask = async (form) => {
    const asked = await fetch(form.dataset.options, {
      method: "POST",
      headers: { "X-CSRFToken": form.elements.csrf_token.value },
    });
    if (!asked.ok) throw new Error("The server did not answer. Load the page again.");
    const { challengeId, options } = await asked.json();
    const publicKey = readOptions(options);
    const create = form.dataset.passkey === "create";
    const credential = await navigator.credentials[create ? "create" : "get"]({ publicKey });
    keep(form, "challenge_id", challengeId);
    keep(form, "answer", writeAnswer(credential));
    form.submit();
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const problem = form.querySelector("[data-problem]");
      problem.hidden = true;
      ask(form).catch((error) => {
        const known = error.name === "InvalidStateError";
        problem.textContent = known
          ? "This device holds a passkey of this account already."
          : error.name === "NotAllowedError"
            ? "The passkey was not used. Try again, or choose another way."
            : error.message;
        problem.hidden = false;
      });
    });
  }
})();
