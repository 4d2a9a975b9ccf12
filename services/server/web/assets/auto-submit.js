// Submits the form that is marked for it. Goes through the button, so that its value goes along;
// without one the prototype's method is used, because an input may be named "submit".
const form = document.querySelector("form[data-auto-submit]");
const button = form?.querySelector("button[type=submit]");
if (button) form.requestSubmit(button);
else if (form) HTMLFormElement.prototype.submit.call(form);
