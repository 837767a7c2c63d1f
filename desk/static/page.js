// Starts the GOV.UK Frontend components of a page. They look for the class to know that scripts run.
import { initAll } from "/vendor/govuk-frontend.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
