// A call's sound in the browser: microphone to socket, socket to loudspeaker. Used by the test call and by advisers.

const CONSTRAINTS = { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 } };

/** Why sound cannot be used, in words for the person in front of the page. */
export class SoundError extends Error {
  constructor(title, text) {
    super(text);
    this.title = title;
  }
}

function explain(error) {
  if (error.name === "NotAllowedError" || error.name === "SecurityError") {
    return new SoundError(
      "The browser does not allow the microphone",
      "Allow the microphone for this page in the browser’s address bar and start again, or start without a microphone.",
    );
  }
  if (error.name === "NotFoundError" || error.name === "OverconstrainedError") {
    return new SoundError("No microphone was found", "Connect a microphone and start again, or start without one and type.");
  }
  return new SoundError(
    "The microphone cannot be used",
    "Another program may be using it. Close that and start again, or start without a microphone.",
  );
}

/** Whether this page may use sound at all; browsers only allow it over https and on the same machine. */
export function soundAllowed() {
  return window.isSecureContext && typeof AudioWorkletNode !== "undefined";
}

/** Sound in and out of one call. Times are seconds of the same audio clock, so that gaps can be measured. */
export class CallAudio {
  constructor({ onFrame = () => {}, onLevel = () => {}, onGap = () => {} }) {
    this.onFrame = onFrame;
    this.onLevel = onLevel;
    this.onGap = onGap;
    this.callerVoiced = null;
  }

  /** Ask for the microphone (unless `microphone` is false) and get ready; throws SoundError. */
  async open({ microphone }) {
    this.context = new AudioContext({ latencyHint: "interactive" });
    try {
      if (microphone) this.stream = await this.askForMicrophone();
      await this.context.audioWorklet.addModule("/static/audio_worklet.js");
      await this.context.resume();
    } catch (error) {
      this.close();
      throw error instanceof SoundError ? error : explain(error);
    }
    if (this.stream) this.connectMicrophone();
  }

  async askForMicrophone() {
    if (!navigator.mediaDevices) throw explain({ name: "NotFoundError" });
    return navigator.mediaDevices.getUserMedia(CONSTRAINTS).catch((error) => {
      throw explain(error);
    });
  }

  connectMicrophone() {
    this.microphone = new AudioWorkletNode(this.context, "microphone", { numberOfOutputs: 0 });
    this.microphone.port.onmessage = ({ data }) => {
      if (data.voiced) this.callerVoiced = data.time;
      this.onFrame(data.pcm);
      this.onLevel(data.level);
    };
    this.context.createMediaStreamSource(this.stream).connect(this.microphone);
  }

  /** The other side speaks at `rate` samples a second from here on. */
  listen(rate) {
    this.speaker?.disconnect();
    this.speaker = new AudioWorkletNode(this.context, "speaker", {
      numberOfInputs: 0,
      outputChannelCount: [1],
      processorOptions: { rate },
    });
    this.speaker.port.onmessage = ({ data }) => data.voiced && this.measure(data.time);
    this.speaker.connect(this.context.destination);
  }

  // The line's first voiced sample after the caller's last: later ones of the same reply do not count.
  measure(time) {
    if (this.callerVoiced === null) return;
    const heard = time + (this.context.outputLatency || 0);
    const milliseconds = Math.round((heard - this.callerVoiced) * 1000);
    this.callerVoiced = null;
    if (milliseconds > 0) this.onGap(milliseconds);
  }

  play(pcm) {
    this.speaker?.port.postMessage(pcm, [pcm]);
  }

  clear() {
    this.speaker?.port.postMessage("clear");
  }

  close() {
    this.stream?.getTracks().forEach((track) => track.stop());
    if (this.microphone) this.microphone.port.onmessage = null;
    if (this.context && this.context.state !== "closed") this.context.close();
  }
}
