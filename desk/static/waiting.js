// The staff desk: shows callers as they come to wait, and lets the adviser take one and talk.
import { CallAudio, SoundError, soundAllowed } from "/static/call_audio.js";

const element = (id) => document.getElementById(id);
const list = element("handoffs");
const TALKING = "You are talking with the caller";
let talk = null;

function duration(from) {
  const seconds = Math.max(0, Math.floor((Date.now() - from) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function tick() {
  for (const card of list.children) card.querySelector("[data-clock]").textContent = duration(Date.parse(card.dataset.since));
  if (talk?.began) element("talk-time").textContent = duration(talk.began);
}

function problem(title, text) {
  element("problem").hidden = !title;
  element("problem-title").textContent = title;
  element("problem-text").textContent = text;
  if (title) element("problem").focus();
}

// Two short tones, made here: no file to fetch, and quiet enough for an office.
function ring() {
  if (!element("sound").checked) return;
  const context = new AudioContext();
  for (const [start, pitch] of [[0, 660], [0.18, 880]]) {
    const tone = new OscillatorNode(context, { frequency: pitch });
    const volume = new GainNode(context, { gain: 0.15 });
    tone.connect(volume).connect(context.destination);
    tone.start(context.currentTime + start);
    tone.stop(context.currentTime + start + 0.14);
  }
  setTimeout(() => context.close(), 800);
}

function cardFrom(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild;
}

// Cards that stay are left alone, so that nobody loses the focus or their place in the text.
function show(cards) {
  const shown = new Map([...list.children].map((card) => [card.dataset.id, card]));
  const arrived = cards.filter((card) => !shown.has(String(card.id)));
  const wanted = cards.map((card) => renewed(shown.get(String(card.id)), card));
  for (const [id, card] of shown) if (!cards.some((other) => String(other.id) === id)) card.remove();
  wanted.forEach((card, index) => list.children[index] !== card && list.insertBefore(card, list.children[index] ?? null));
  element("nobody").hidden = cards.length > 0;
  document.title = document.title.replace(/^(\(\d+\) )?/, cards.length ? `(${cards.length}) ` : "");
  if (arrived.length) announce(arrived);
  tick();
}

function renewed(card, { html }) {
  if (!card) return cardFrom(html);
  if (card.source !== undefined && card.source !== html) {
    const fresh = cardFrom(html);
    if (!card.contains(document.activeElement)) card.replaceWith(fresh);
    else return card;
    fresh.source = html;
    return fresh;
  }
  card.source = html;
  return card;
}

function announce(arrived) {
  const urgent = arrived.some((card) => card.urgent) ? "Urgent. " : "";
  element("news").textContent = `${urgent}${arrived.length === 1 ? "A caller is waiting" : `${arrived.length} callers are waiting`}: ${arrived[0].title}`;
  ring();
}

/** The adviser's end of one call. */
class Talk {
  constructor(card) {
    this.card = card;
    this.audio = new CallAudio({
      onFrame: (pcm) => this.socket?.readyState === WebSocket.OPEN && this.socket.send(pcm),
      onLevel: (level) => (element("level").value = Math.min(100, level * 400)),
    });
  }

  // The microphone first: a caller is only taken by somebody who can speak.
  async start() {
    await this.audio.open({ microphone: true });
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}/desk/handoffs/${this.card.dataset.id}/live`);
    this.socket.binaryType = "arraybuffer";
    this.socket.onmessage = ({ data }) => (typeof data === "string" ? this.take(JSON.parse(data)) : this.audio.play(data));
    this.socket.onclose = () => this.callerGone();
  }

  take(event) {
    if (event.event === "refused") return this.finish("Not connected", event.why);
    if (event.event === "room") return this.joinRoom(event);
    this.audio.listen(event.sample_rate);
    this.connected();
  }

  // The caller is on the telephone: their room is joined, and the socket only says when we have left it.
  async joinRoom(ticket) {
    const { RoomAudio } = await import("/static/room_audio.js");
    this.room = new RoomAudio({
      onClose: () => this.callerGone(),
      onLost: () => (element("talk-status").textContent = "The connection was lost. Trying again."),
      onBack: () => (element("talk-status").textContent = TALKING),
    });
    try {
      await this.room.join(ticket, this.audio.stream);
    } catch (error) {
      return this.finish("Not connected", error.message);
    }
    this.connected();
  }

  connected() {
    this.began = Date.now();
    element("talk-status").textContent = TALKING;
    element("talk-pack").replaceChildren(this.card.cloneNode(true));
    element("talk-pack").querySelector("[data-accept]").remove();
    element("talk-pack").querySelector("[data-clock]").remove();
    element("talk-pack").firstElementChild.removeAttribute("id");
  }

  putDown() {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ type: "hang_up" }));
    this.finish("You have put down");
  }

  // The caller hung up first: the note can still be finished.
  callerGone() {
    if (!this.began) return this.finish("Not connected", "The line cannot be reached. Try again.");
    this.stop();
    element("talk-status").textContent = "The caller has hung up. Finish your note.";
    element("talk-status").focus();
  }

  stop() {
    this.socket.onclose = null;
    this.socket.close();
    this.room?.close();
    this.audio.close();
    this.began = null;
  }

  async finish(words, why = "") {
    if (talk !== this) return;
    this.stop();
    if (element("note").value.trim() && !(await this.keepNote())) return;
    talk = null;
    element("talk").hidden = true;
    element("note").value = "";
    element("news").textContent = words;
    if (why) problem(words, why);
    else document.querySelector("h1").focus();
  }

  async keepNote() {
    const body = new URLSearchParams(new FormData(element("finish-form")));
    const answer = await fetch(`/desk/handoffs/${this.card.dataset.id}/note`, { method: "POST", body }).catch(() => null);
    if (answer?.ok) return true;
    problem("The note was not kept", "Copy it, check the connection, and press the button again.");
    return false;
  }
}

async function accept(card) {
  if (talk) return problem("You are in a call", "Put down first, then take the next caller.");
  problem("", "");
  talk = new Talk(card);
  element("talk").hidden = false;
  element("talk-status").textContent = "Connecting";
  element("talk-time").textContent = "0:00";
  element("talk-pack").replaceChildren();
  element("talk-status").focus();
  try {
    if (!soundAllowed()) throw new SoundError("The microphone cannot be used on this address", "Open this page over https, or on the machine itself (localhost).");
    await talk.start();
  } catch (error) {
    talk = null;
    element("talk").hidden = true;
    if (!(error instanceof SoundError)) throw error;
    problem(error.title, error.message);
  }
}

document.querySelector("h1").tabIndex = -1;
list.addEventListener("click", ({ target }) => target.closest("[data-accept]") && accept(target.closest("article")));
element("finish-form").addEventListener("submit", (event) => {
  event.preventDefault();
  talk?.putDown();
});
element("sound").checked = localStorage.getItem("desk-sound") !== "off";
element("sound").addEventListener("change", ({ target }) => {
  localStorage.setItem("desk-sound", target.checked ? "on" : "off");
  ring();
});

const source = new EventSource("/desk/waiting");
source.addEventListener("waiting", ({ data }) => show(JSON.parse(data)));
source.addEventListener("open", () => (element("offline").hidden = true));
source.addEventListener("error", () => (element("offline").hidden = false));
setInterval(tick, 1000);
