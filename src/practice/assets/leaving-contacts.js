// A page of leaving in the oldest generation: a form that the browser sends.

import { trusted } from "./dom.js";
import { tricks, untilApproved } from "./leaving.js";

const data = JSON.parse(document.getElementById("page-data").textContent).leaving;
const form = document.querySelector("form.leaving");

if (data.step && form) {
  const other = form.querySelector("[data-other]");
  form.addEventListener("change", () => {
    const radios = [...form.querySelectorAll('input[type="radio"]')];
    if (other) other.hidden = !radios.at(-1)?.checked;
  });
  form.addEventListener("click", (event) => {
    if (event.target.closest("input, label, textarea") && !trusted(event, data.step)) event.preventDefault();
  });
  const password = form.querySelector('input[type="password"]');
  if (password) tricks(form, password, data);
  if (form.querySelector("[data-device]")) untilApproved(data, () => form.submit());
}
