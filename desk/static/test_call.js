// The test-call page: starts and ends the call and carries what the caller says, types and presses.
import { CallAudio, SoundError, soundAllowed } from "/static/call_audio.js";
import { Gaps, reset, view } from "/static/call_view.js";

const element = (id) => document.getElementById(id);
const exchange = element("exchange"); // only there where the line has a LiveKit server
const inCall = ["hang-up", "time"];
const betweenCalls = ["start", "start-typing"];
const needsCall = [element("type"), element("send"), ...document.querySelectorAll(".desk-key")];

let call = null;

function status(words) {
  element("status").textContent = words;
}

function problem(title, text) {
  element("problem").hidden = !title;
  element("problem-title").textContent = title;
  element("problem-text").textContent = text;
  if (title) element("problem").focus();
}

function controls(talking) {
  for (const id of inCall) element(id).hidden = !talking;
  for (const id of betweenCalls) element(id).hidden = talking;
  if (exchange) exchange.disabled = talking;
  for (const control of needsCall) control.disabled = !talking;
  document.body.classList.toggle("desk-in-call", talking);
}

/** One call of this page: its sound, its socket and its clock. */
class Call {
  constructor(microphone) {
    this.microphone = microphone;
    this.gaps = new Gaps();
    this.ended = false;
    this.audio = new CallAudio({
      onFrame: (pcm) => this.socket?.readyState === WebSocket.OPEN && this.socket.send(pcm),
      onLevel: (level) => (element("level").value = Math.min(100, level * 400)),
      onGap: (milliseconds) => this.gaps.add("browser", milliseconds),
    });
  }

  async start() {
    if (soundAllowed()) await this.audio.open({ microphone: this.microphone });
    if (exchange?.checked) return this.ringIn();
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}/call/live`);
    this.socket.binaryType = "arraybuffer";
    this.socket.onmessage = ({ data }) => (typeof data === "string" ? this.take(JSON.parse(data)) : this.audio.play(data));
    this.socket.onclose = () => this.closed();
  }

  // As a telephone does: into a room of the LiveKit server, to which an agent is sent.
  async ringIn() {
    const { RoomAudio } = await import("/static/room_audio.js");
    const ticket = await this.ticket();
    this.room = new RoomAudio({
      onEvent: (event) => this.take(event),
      onClose: () => this.closed(),
      onLost: () => status("The connection to the line was lost. Trying again."),
      onBack: () => this.goesOn(),
    });
    await this.room.join(ticket, this.audio.stream);
    this.ready({});
  }

  async ticket() {
    const body = new URLSearchParams({ csrf: element("csrf").value });
    const answer = await fetch("/call/ticket", { method: "POST", body }).catch(() => null);
    if (answer?.ok) return answer.json();
    const why = answer?.status === 429 ? (await answer.json()).why : "Load the page again and try again.";
    throw new SoundError("The line cannot be rung", why);
  }

  take(event) {
    if (event.event === "ready") return this.ready(event);
    if (event.event === "clear") return this.audio.clear();
    if (event.event === "refused") return this.finish("The line did not answer", "The line cannot take the call", event.why);
    if (event.event === "handoff") status(handoffWords(event.status));
    if (event.event === "end") this.ended = true;
    // Typed words are shown as they are sent; a transcript of them would be the same words twice.
    if (event.event === "transcript" && event.text === this.typed) return;
    view(event, this.gaps);
  }

  ready(event) {
    if (this.audio.context && event.sample_rate) this.audio.listen(event.sample_rate);
    this.began = Date.now();
    this.clock = setInterval(() => this.tick(), 1000);
    element("level-box").hidden = !this.microphone;
    this.goesOn();
    this.answered = true;
  }

  goesOn() {
    status(this.microphone ? "In a call. Speak when you hear the line." : "In a call. Type what you want to say.");
  }

  tick() {
    const seconds = Math.round((Date.now() - this.began) / 1000);
    element("time").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  type(text) {
    this.typed = text;
    view({ event: "transcript", kind: "final", text }, this.gaps);
    if (this.room) this.room.type(text);
    else this.send({ type: "say", text });
  }

  press(key) {
    if (this.room) this.room.press(key);
    else this.send({ type: "key", key });
  }

  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  closed() {
    if (this.ended) return this.finish("The call has ended");
    this.finish(
      "The call has ended",
      this.answered ? "The connection to the line was lost" : "The line cannot be reached",
      "Check that the server is running and your network works, then start the call again.",
    );
  }

  hangUp() {
    this.ended = true;
    this.send({ type: "hang_up" });
    this.finish("You hung up");
  }

  finish(words, title = "", text = "") {
    if (call !== this) return;
    call = null;
    clearInterval(this.clock);
    if (this.socket) this.socket.onclose = null;
    this.socket?.close();
    this.room?.close();
    // The last words may still be sounding when the line has already put down.
    setTimeout(() => this.audio.close(), title || words === "You hung up" ? 0 : 1500);
    element("level-box").hidden = true;
    controls(false);
    status(words);
    if (title) problem(title, text);
    else element("status").focus();
  }
}

function handoffWords(state) {
  const words = {
    waiting: "Waiting for a person to pick up.",
    accepted: "A person has picked up. Go ahead and talk.",
    left: "The person has put down. You are back with the line.",
    nobody: "Nobody could pick up.",
  };
  return words[state] ?? `Being put through: ${state}`;
}

async function begin(microphone) {
  problem("", "");
  reset();
  status("Connecting");
  controls(true);
  call = new Call(microphone);
  element(microphone ? "hang-up" : "type").focus();
  try {
    await call.start();
  } catch (error) {
    call.audio.close();
    call = null;
    controls(false);
    status("Not in a call");
    if (!(error instanceof SoundError)) throw error;
    problem(error.title, error.message);
  }
}

function press(key) {
  const button = document.querySelector(`.desk-key[data-key="${CSS.escape(key)}"]`);
  if (!button || button.disabled) return;
  call?.press(key);
  button.classList.add("desk-key--down");
  setTimeout(() => button.classList.remove("desk-key--down"), 150);
}

element("start").addEventListener("click", () => begin(true));
element("start-typing").addEventListener("click", () => begin(false));
element("hang-up").addEventListener("click", () => call?.hangUp());
element("announce").addEventListener("change", ({ target }) => {
  element("captions").setAttribute("aria-live", target.checked ? "polite" : "off");
});
element("type-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = element("type").value.trim();
  if (text) call?.type(text);
  element("type").value = "";
});
element("keypad").addEventListener("click", ({ target }) => target.dataset.key && press(target.dataset.key));
element("keypad").addEventListener("keydown", (event) => {
  if (/^[0-9*#]$/.test(event.key)) press(event.key);
});

if (!soundAllowed()) {
  element("start").hidden = true;
  betweenCalls.shift();
  problem(
    "The microphone cannot be used on this address",
    "Browsers only allow it over https, or on the machine itself (localhost). You can still start without a microphone: type, and read the captions.",
  );
}
