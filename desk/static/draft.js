// Follows the training of the draft, and loads the page again when it is over.
const state = document.getElementById("training-state");

async function check() {
  const answer = await fetch("/admin/draft/training", { headers: { Accept: "application/json" } });
  if (answer.ok && (await answer.json()).state === "training") setTimeout(check, 1000);
  else location.replace("/admin/draft");
}

if (state.dataset.state === "training") setTimeout(check, 1000);
