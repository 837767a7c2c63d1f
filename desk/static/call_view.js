// Shows what happens in a call: captions, understanding, form, gaps, references. Takes the line's events as they are.

const element = (id) => document.getElementById(id);
const percent = (probability) => `${Math.round(probability * 100)}%`;
const KINDS = { case: "Case", callback: "Call back", handoff: "Put through", message: "Message" };

function make(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function show(id, visible) {
  element(id).hidden = !visible;
}

function spaced(name) {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function scrollToEnd() {
  const box = element("captions-box");
  box.scrollTop = box.scrollHeight;
}

function caption(who, side, words) {
  const item = make("p", `desk-caption desk-caption--${side}`);
  item.append(make("span", "desk-caption__who", who), " ", make("span", "desk-caption__words", words));
  element("captions").append(item);
  show("captions-empty", false);
  scrollToEnd();
}

function interim(words) {
  element("interim-words").textContent = words;
  show("interim", words !== "");
  if (words) show("captions-empty", false);
  scrollToEnd();
}

function guess(name, { intent, probability }) {
  element(name).textContent = spaced(intent);
  element(`${name}-sure`).textContent = percent(probability);
  element(`${name}-bar`).value = Math.round(probability * 100);
}

function guesses({ intent, probability, runner_up: second }) {
  guess("intent", { intent, probability: probability ?? 0 });
  if (second) guess("runner-up", second);
  show("guess", true);
  show("runner-up-row", Boolean(second));
  show("runner-up-bar", Boolean(second));
}

function decision(event) {
  show("understood-empty", false);
  show("understood", true);
  // What follows from an utterance has no intent of its own: the utterance's stays in view.
  if (event.intent) guesses(event);
  show("safety", Boolean(event.safety));
  element("safety").textContent = event.safety ? `Safety: ${spaced(event.safety)}` : "";
  element("decided").textContent = spaced(event.decided ?? "");
  element("why").textContent = event.why ?? "";
}

function slotRow({ slot, spoken, probability, confirmed }) {
  const row = make("div", spoken ? "desk-slot" : "desk-slot desk-slot--open");
  const value = make("dd", "desk-slot__value", spoken || "Not given yet");
  if (spoken) {
    const sure = confirmed ? "Confirmed" : `${percent(probability)} sure`;
    value.append(" ", make("span", confirmed ? "desk-tag desk-tag--done" : "desk-tag", sure));
  }
  row.append(make("dt", "desk-slot__name", spaced(slot)), value);
  return row;
}

function form(event) {
  const open = Boolean(event.service);
  show("form-empty", !open);
  show("form", open);
  element("form-title").textContent = event.title ?? "";
  element("slots").replaceChildren(...(event.slots ?? []).map(slotRow));
}

function reference(event) {
  if (!event.reference) return;
  show("references-panel", true);
  const item = make("li", "desk-reference");
  item.append(make("span", "desk-reference__kind", KINDS[event.kind] ?? event.kind), " ", make("strong", "", event.reference));
  element("references").append(item);
}

/** The table of gaps. The line's figure and the browser's for one turn may come in either order. */
export class Gaps {
  constructor() {
    this.counts = { line: 0, browser: 0 };
  }

  add(where, milliseconds) {
    const row = this.row(this.counts[where]++);
    row.querySelector(`[data-from=${where}]`).textContent = `${milliseconds} ms`;
  }

  row(index) {
    const rows = element("gaps");
    show("gaps-table", true);
    show("gaps-empty", false);
    while (rows.children.length <= index) {
      const row = make("tr", "govuk-table__row");
      const turn = make("th", "govuk-table__header", String(rows.children.length + 1));
      turn.scope = "row";
      row.append(turn);
      for (const from of ["line", "browser"]) {
        const cell = make("td", "govuk-table__cell govuk-table__cell--numeric", "–");
        cell.dataset.from = from;
        row.append(cell);
      }
      rows.append(row);
    }
    return rows.children[index];
  }
}

/** A page with nothing on it yet, for the next call. */
export function reset() {
  for (const id of ["captions", "references", "slots", "gaps"]) element(id).replaceChildren();
  for (const id of ["references-panel", "understood", "guess", "form", "gaps-table"]) show(id, false);
  for (const id of ["captions-empty", "understood-empty", "form-empty", "gaps-empty"]) show(id, true);
  interim("");
}

/** Show one event of the line. */
export function view(event, gaps) {
  const views = {
    transcript: () => {
      if (event.kind !== "final") return interim(event.text);
      interim("");
      if (event.text) caption("You", "caller", event.text);
    },
    reply: () => caption("Line", "line", event.text),
    adviser: () => caption("Adviser", "line", event.text),
    decision: () => decision(event),
    form: () => form(event),
    effect: () => reference(event),
    gap: () => gaps.add("line", Math.round(event.ms)),
  };
  views[event.event]?.();
}
