// Sends the form of 2026, whose fields have no names.

const form = document.querySelector("form[data-action]");
const [user, password] = form.querySelectorAll('[autocomplete^="username"], [type="password"]');
const keep = form.querySelector('[type="checkbox"]');

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const fields = {
    session_key: user.value,
    session_password: password.value,
    session_redirect: form.dataset.redirect,
    ...(keep.checked ? { remember: "true" } : {}),
  };
  const sent = document.createElement("form");
  sent.method = "post";
  sent.action = form.dataset.action;
  sent.hidden = true;
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    sent.append(field);
  }
  document.body.append(sent);
  sent.submit();
});
