// Small comforts for the forms. Every page works without this file.

// Show or hide a password.
for (const button of document.querySelectorAll("button[data-reveal]")) {
  const input = document.getElementById(button.dataset.reveal);
  const reveal = (shown) => {
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  };
  button.hidden = false;
  button.addEventListener("click", () => reveal(input.type === "password"));
  // Sent as a password again, so that the browser does not keep it as an ordinary text.
  input.form?.addEventListener("submit", () => reveal(false));
}

// A form is sent once. The buttons stay enabled, or the pressed one's value would not be sent.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "true";
    for (const button of form.querySelectorAll("button[type=submit]")) {
      button.setAttribute("aria-disabled", "true");
    }
    event.submitter?.classList.add("is-busy");
  });
}

// Coming back by the browser's history finds the form ready again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[type=submit]")) {
      button.removeAttribute("aria-disabled");
      button.classList.remove("is-busy");
    }
  }
});

// The mark of a wrong field goes as soon as it is edited.
for (const field of document.querySelectorAll("[aria-invalid=true]")) {
  field.addEventListener("input", () => field.removeAttribute("aria-invalid"), { once: true });
}
